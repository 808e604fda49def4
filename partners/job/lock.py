"""One job at a time on one store, whatever started it; the lock goes with the process."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from sqlalchemy import text

from partners.errors import AlreadyRunning, StoreError
from partners.store import Store

__all__ = ["only_one"]

_LOCK = 7_460_215_884
"""The number of our advisory lock in PostgreSQL."""


@contextmanager
def only_one(store: Store) -> Iterator[None]:
    """Hold the store's job lock; raise AlreadyRunning when another job holds it.

    SQLite: a lock on a file beside it. PostgreSQL: an advisory lock. Both end with the process, so
    a killed job leaves nothing to clean up.
    """
    held = _file_lock(store) if store.sqlite_path else _advisory_lock(store)
    with held:
        yield


@contextmanager
def _file_lock(store: Store) -> Iterator[None]:
    with _opened(Path(f"{store.sqlite_path}.lock")) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _already(store) from error
        yield


def _opened(path: Path) -> TextIO:
    try:
        return path.open("a")
    except OSError as error:
        raise StoreError(
            f"The lock beside the store cannot be opened: {error.strerror}.",
            where=str(path),
            remedy="give this user the right to write it and its folder",
        ) from error


@contextmanager
def _advisory_lock(store: Store) -> Iterator[None]:
    with store.engine.connect() as connection:
        got = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK})
        if not got.scalar():
            raise _already(store)
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})


def _already(store: Store) -> AlreadyRunning:
    return AlreadyRunning(
        "Another job is at work on this store.",
        where=store.where,
        remedy="wait until it has ended; a job that was killed holds nothing",
    )
