"""Many rows at once: the driver's own executemany, with each column's own form of its values."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text

__all__ = ["insert_rows", "next_numbers"]

_LAST_IN_SQLITE = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
_NEXT_IN_POSTGRES = text(
    "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :many)"
)


def next_numbers(connection: Connection, table: Table, many: int) -> Sequence[int]:
    """Reserve the next `many` values of the key `id`, in ascending order, for rows to come.

    The connection must be in a transaction that writes: in SQLite it holds the lock that keeps
    others from taking the same numbers.
    """
    if connection.dialect.name == "sqlite":
        last = connection.execute(_LAST_IN_SQLITE, {"name": table.name}).scalar() or 0
        return range(last + 1, last + 1 + many)
    reserved = connection.execute(_NEXT_IN_POSTGRES, {"name": table.name, "many": many})
    return sorted(reserved.scalars())


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Append rows, each with its values in the order of `columns`."""
    forms = [_form(connection, table, name) for name in columns]
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join([mark] * len(columns))
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'
    given = [
        tuple([form(value) if form else value for form, value in zip(forms, row, strict=True)])
        for row in rows
    ]
    if given:
        connection.exec_driver_sql(statement, given)


def _form(connection: Connection, table: Table, name: str) -> Callable[[Any], Any] | None:
    return table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
