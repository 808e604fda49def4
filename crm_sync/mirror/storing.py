"""Rows into a table, by its key: INSERT ... ON CONFLICT, many rows in one statement's runs."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

__all__ = ["delete_rows", "in_steps", "upsert_rows"]

# SQLite allows 32,766 variables in a statement.
_STEP = 500


def upsert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, or replace those with the same primary key.

    A row is a tuple in the order of the table's columns. SQLAlchemy writes the statement once and
    the driver runs it: per-row parameter processing would halve the speed.
    """
    if not rows:
        return
    compiled = _statement(connection, table).compile(
        dialect=connection.dialect, column_keys=list(table.columns.keys())
    )
    if compiled.positional:
        connection.exec_driver_sql(str(compiled), list(rows))
    else:
        names = list(table.columns.keys())
        connection.exec_driver_sql(
            str(compiled), [dict(zip(names, row, strict=True)) for row in rows]
        )


def delete_rows(connection: Connection, table: Table, ids: Sequence[str]) -> int:
    """Delete rows by their key and return how many there were."""
    key = next(iter(table.primary_key.columns))
    gone = 0
    for step in in_steps(ids):
        gone += connection.execute(delete(table).where(key.in_(step))).rowcount
    return gone


def in_steps(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Return slices of ids, each few enough for one statement."""
    return (ids[start : start + _STEP] for start in range(0, len(ids), _STEP))


def _statement(connection: Connection, table: Table) -> Insert:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table)
    keys = list(table.primary_key.columns)
    others = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key
    }
    if not others:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=others)
