"""Read a dump in SQLite's text form by running it in a private database in memory.

Only what a dump needs is allowed: create tables and indexes, insert values. Anything that could
reach a file or a setting is refused, and so is a dump that grows beyond a gigabyte.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from crm_sync.sandbox.errors import SandboxError
from crm_sync.sandbox.loading.table import Table

__all__ = ["read_sql"]

_ALLOWED = frozenset(
    {
        sqlite3.SQLITE_CREATE_INDEX,
        sqlite3.SQLITE_CREATE_TABLE,
        sqlite3.SQLITE_INSERT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_REINDEX,
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_TRANSACTION,
    }
)
_MOST_PAGES = 2**18
_CATALOGUE = frozenset({"sqlite_master", "sqlite_schema"})
_FUNCTIONS = frozenset({"char", "replace", "unistr"})


def read_sql(path: Path, text: str) -> list[Table]:
    """Return the tables of a dump; raises SandboxError with the line of what cannot be run."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute(f"PRAGMA max_page_count = {_MOST_PAGES}")
        connection.set_authorizer(_authorize)
        for line, statement in _statements(path, text):
            _execute(connection, path, line, statement)
        connection.set_authorizer(None)
        return [_table(connection, name) for name in _names(connection)]
    finally:
        connection.close()


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_IGNORE  # dumps often begin with one; it has no effect here
    if action == sqlite3.SQLITE_FUNCTION and second in _FUNCTIONS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and first in _CATALOGUE:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _statements(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Yield (number of the first line, statement)."""
    first, pending = 1, ""
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if not pending.strip():
            first, pending = number, ""
        pending += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(pending):
            yield first, pending
            pending = ""
    if pending.strip() and not pending.lstrip().startswith("--"):
        raise SandboxError(
            "The file ends in the middle of a statement.",
            where=f"{path}:{first}",
            remedy="Fetch or write the file again: it was cut off.",
        )


def _execute(connection: sqlite3.Connection, path: Path, line: int, statement: str) -> None:
    try:
        connection.execute(statement)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise SandboxError(
            f"The statement cannot be run: {error}.",
            where=f"{path}:{line}",
            remedy="A dump may create tables and insert values, one statement at a time.",
        ) from error


def _names(connection: sqlite3.Connection) -> list[str]:
    statement = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return [row[0] for row in connection.execute(statement)]


def _table(connection: sqlite3.Connection, name: str) -> Table:
    quoted = name.replace('"', '""')
    cursor = connection.execute(f'SELECT * FROM "{quoted}"')
    columns = [each[0] for each in cursor.description]
    key = next((place for place, each in enumerate(columns) if each.lower() == "id"), None)
    rows = [
        (str(number if key is None else row[key]), dict(zip(columns, row, strict=True)))
        for number, row in enumerate(cursor, start=1)
    ]
    return Table(name, [each for place, each in enumerate(columns) if place != key], rows)
