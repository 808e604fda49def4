"""Rows of the ledger as they lie there, some at a time, also a second query beside a first one.

Whoever reads closes: a half-read stream keeps its cursor in the database.
"""

from collections.abc import Callable, Generator, Iterator
from typing import Any

from sqlalchemy import Connection, Executable

from partners.ledger.findings import Row

__all__ = ["Stream", "as_it_lies", "streamed"]


def streamed(
    connection: Connection, query: Executable, at_once: int = 1_000
) -> Generator[Row, None, None]:
    """Yield the rows of a query, some at a time; nothing is asked before the first is wanted."""
    with connection.execute(query, execution_options={"yield_per": at_once}) as rows:
        yield from rows


def as_it_lies(connection: Connection) -> None:
    """Let SQLite hand over texts that somebody made to be no UTF-8."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.text_factory = _text


def _text(stored: bytes) -> str:
    return stored.decode(errors="surrogateescape")


class Stream:
    """The rows of a query, in their order, read as far as another query has come. Close it."""

    def __init__(self, connection: Connection, query: Executable) -> None:
        self._rows = streamed(connection, query)
        self._next: Row | None = None

    def while_(self, fits: Callable[[Row], bool]) -> Iterator[Row]:
        """Yield the rows that fit, and leave the first one that does not for the next call."""
        row = next(self._rows, None) if self._next is None else self._next
        while row is not None and fits(row):
            self._next = None
            yield row
            row = next(self._rows, None)
        self._next = row

    def close(self) -> None:
        """Let go of the rows that are left."""
        self._rows.close()
