"""Columns of a table that is in use: taken away, or filled anew as another type."""

import sqlite3

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.schema import Field, SObject
from crm_sync.sandbox.values import Stored, read_value

__all__ = ["convert_column", "drop_column"]

_OLD = "old value"


def drop_column(connection: sqlite3.Connection, sobject: SObject, name: str) -> None:
    """Remove a column with all its values."""
    connection.execute(f'DROP INDEX IF EXISTS "{sobject.name}.{name}"')
    connection.execute(f'ALTER TABLE "{sobject.name}" DROP COLUMN "{name}"')


def convert_column(
    connection: sqlite3.Connection, sobject: SObject, old: Field, new: Field, column: str
) -> None:
    """Make a column anew as `column` says; a value that the new type cannot hold is lost."""
    table = f'"{sobject.name}"'

    def converted(value: Stored) -> Stored:
        shown = {0: "false", 1: "true"}.get(int(value or 0)) if old.type == "boolean" else value
        try:
            return read_value(new, str(shown) if isinstance(shown, float | int) else shown)
        except OrgError:
            return 0 if new.type == "boolean" else None

    connection.create_function("converted", 1, converted)
    connection.execute(f'DROP INDEX IF EXISTS "{sobject.name}.{old.name}"')
    connection.execute(f'ALTER TABLE {table} RENAME COLUMN "{old.name}" TO "{_OLD}"')
    connection.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    connection.execute(f'UPDATE {table} SET "{new.name}" = converted("{_OLD}")')
    connection.execute(f'ALTER TABLE {table} DROP COLUMN "{_OLD}"')
