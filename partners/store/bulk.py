"""Many rows at once: the driver's own executemany, with each column's own form of its values."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text

__all__ = ["insert_rows", "insert_stored", "next_numbers", "stored_rows"]

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
    insert_stored(connection, table, columns, stored_rows(connection, table, columns, rows))


def stored_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> list[tuple[Any, ...]]:
    """Return rows as the database will hold them; values beyond `columns` stay as they are."""
    forms = _forms(connection, table, columns)
    return [_formed(row, forms) for row in rows]


def insert_stored(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Append rows whose values have their stored form already."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join([mark] * len(columns))
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'
    if rows:
        connection.exec_driver_sql(statement, list(rows))


Form = Callable[[Any], Any]


def _forms(connection: Connection, table: Table, columns: Sequence[str]) -> list[tuple[int, Form]]:
    """Return how values become what the driver takes, by place; others go as they are."""
    dialect = connection.dialect
    types = (table.c[name].type.dialect_impl(dialect) for name in columns)
    forms = enumerate(kind.bind_processor(dialect) for kind in types)
    return [(place, form) for place, form in forms if form is not None]


def _formed(row: Sequence[Any], forms: Sequence[tuple[int, Form]]) -> tuple[Any, ...]:
    values = list(row)
    for place, form in forms:
        values[place] = form(values[place])
    return tuple(values)
