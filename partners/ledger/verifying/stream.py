"""Rows beside rows: a second query that is read as far as the first one has come."""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, TextClause

from partners.ledger.verifying.findings import Row

__all__ = ["Stream", "streamed"]


def streamed(connection: Connection, query: TextClause, at_once: int = 1_000) -> Iterator[Row]:
    """Yield the rows of a query, some at a time; nothing is asked before the first is wanted."""
    with connection.execute(query, execution_options={"yield_per": at_once}) as rows:
        yield from rows


class Stream:
    """The rows of a query, in their order."""

    def __init__(self, connection: Connection, query: TextClause) -> None:
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
