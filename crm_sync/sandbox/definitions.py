"""FieldDefinition: what an org tells of its own fields as rows that can be queried."""

import sqlite3

from crm_sync.sandbox.schema import Schema

__all__ = ["store_definitions"]

_COLUMNS = ("Id", "EntityDefinitionId", "QualifiedApiName", "IsFieldHistoryTracked")


def store_definitions(connection: sqlite3.Connection, schema: Schema) -> None:
    """Write a row for every field that the org has now, in place of those from before."""
    rows = [
        (f"{sobject.name}.{field.name}", sobject.name, field.name, int(field.track_history))
        for sobject in schema.objects.values()
        for field in sobject.fields.values()
    ]
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    connection.execute('DELETE FROM "FieldDefinition"')
    connection.executemany(f'INSERT INTO "FieldDefinition" ({names}) VALUES (?, ?, ?, ?)', rows)
