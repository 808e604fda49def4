"""Turns what a database driver says into what a person can do about it."""

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError, ProgrammingError

from partners.errors import StoreError

__all__ = ["explain_failures"]

# Part of the driver's message, lower case -> what is wrong, what to do.
_REASONS = (
    (
        ("readonly", "read-only", "permission denied"),
        "The store cannot be written: this user may only read it.",
        "give this user the right to write the database and its folder, or name another store",
    ),
    (
        ("unable to open", "failed to open"),
        "The store cannot be opened.",
        "check that the path is a file, and that this user may read it and write its folder "
        "(SQLite keeps its locks there)",
    ),
    (
        ("not a database", "malformed", "file is encrypted"),
        "The file is not a database, or it is damaged.",
        "name another file in store.url, or restore this one from a backup",
    ),
    (
        ("locked", "lock timeout", "busy"),
        "The store is locked: another job has been writing to it all the while.",
        "wait until that job has ended, then run again",
    ),
    (
        ("disk is full", "no space left"),
        "The disk of the store is full.",
        "free some space, then run again",
    ),
    (
        ("no such table", "no such column", 'relation "'),
        "The store lacks a table or a view.",
        "run `partners sync`, which builds the views anew",
    ),
    (
        ("authentication failed", "no password supplied", 'role "'),
        "The database refused the user or the password.",
        "check user and password in store.url (or PARTNERS_STORE__URL)",
    ),
)


def explain_failures(engine: Engine, where: str) -> None:
    """Let the engine raise StoreError in place of a driver's error that is no mistake of ours."""

    def explain(context: ExceptionContext) -> None:
        error = context.sqlalchemy_exception
        if isinstance(error, IntegrityError) or not isinstance(
            error, DatabaseError | InterfaceError
        ):
            return
        said = str(context.original_exception)
        known = _known(said, where)
        if known is None and isinstance(error, ProgrammingError):
            return
        raise known or _unknown(said, where) from context.original_exception

    event.listen(engine, "handle_error", explain)


def _known(said: str, where: str) -> StoreError | None:
    for needles, what, remedy in _REASONS:
        if any(needle in said.lower() for needle in needles):
            return StoreError(f"{what} ({_first_line(said)})", where=where, remedy=remedy)
    return None


def _unknown(said: str, where: str) -> StoreError:
    return StoreError(
        f"The store cannot be reached: {_first_line(said)}",
        where=where,
        remedy="check store.url, and that the database runs",
    )


def _first_line(said: str) -> str:
    return said.strip().splitlines()[0] if said.strip() else "no reason given"
