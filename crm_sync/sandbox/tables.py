"""The tables of an org's file: one for each object, its columns and indexes, and the org's own."""

import sqlite3
from collections.abc import Iterator

from crm_sync.sandbox.schema import Field, SObject

__all__ = ["OWN_TABLES", "column_sql", "statements"]

_TYPES = {
    "boolean": "INTEGER NOT NULL DEFAULT 0",
    "int": "INTEGER",
    "currency": "REAL",
    "double": "REAL",
    "percent": "REAL",
}
OWN_TABLES = (
    'CREATE TABLE IF NOT EXISTS "_sequence" (name TEXT PRIMARY KEY, last INTEGER NOT NULL)',
    'CREATE TABLE IF NOT EXISTS "_file" (id TEXT PRIMARY KEY, body BLOB NOT NULL)',
    'CREATE TABLE IF NOT EXISTS "_job" (id TEXT PRIMARY KEY, kind TEXT, body TEXT NOT NULL)',
    'CREATE TABLE IF NOT EXISTS "_deleted" '
    "(id TEXT PRIMARY KEY, object TEXT NOT NULL, at TEXT NOT NULL, cause TEXT NOT NULL)",
    'CREATE INDEX IF NOT EXISTS "_deleted.at" ON "_deleted" (object, at)',
    'CREATE INDEX IF NOT EXISTS "_deleted.cause" ON "_deleted" (cause)',
    'CREATE TABLE IF NOT EXISTS "_mark" (name TEXT PRIMARY KEY, at TEXT NOT NULL)',
    'CREATE TABLE IF NOT EXISTS "_field" '
    "(number INTEGER PRIMARY KEY, object TEXT NOT NULL, name TEXT NOT NULL, body TEXT)",
)
_INDEX_BY_STAMP = (
    'CREATE INDEX IF NOT EXISTS "{table}.SystemModstamp" ON "{table}" ("SystemModstamp", "Id")'
)
_UNINDEXED = frozenset({"CreatedById", "LastModifiedById", "OwnerId", "RecordTypeId"})


def statements(connection: sqlite3.Connection, sobject: SObject) -> Iterator[str]:
    """Yield what creates the table or adds the columns it lacks, and its indexes."""
    table = sobject.name
    known = {row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')}
    columns = [column_sql(each) for each in sobject.columns.values()]
    if not known:
        yield f'CREATE TABLE "{table}" ({", ".join(columns)})'
    else:
        for name, column in zip(sobject.columns, columns, strict=True):
            if name not in known:
                yield f'ALTER TABLE "{table}" ADD COLUMN {column}'
    if "SystemModstamp" in sobject.columns:
        yield _INDEX_BY_STAMP.format(table=table)
    for each in sobject.columns.values():
        if each.unique or each.external_id:
            yield _index(table, each.name, " COLLATE NOCASE")
        elif each.reference_to and each.name not in _UNINDEXED:
            yield _index(table, each.name)


def column_sql(field: Field) -> str:
    """Return how a field's column is declared."""
    if field.name == "Id":
        return '"Id" TEXT PRIMARY KEY NOT NULL'
    return f'"{field.name}" {_TYPES.get(field.type, "TEXT")}'


def _index(table: str, name: str, collation: str = "") -> str:
    """Return what makes an index; leaving out the many empty references halves a load's time."""
    return (
        f'CREATE INDEX IF NOT EXISTS "{table}.{name}" ON "{table}" ("{name}"{collation}) '
        f'WHERE "{name}" IS NOT NULL'
    )
