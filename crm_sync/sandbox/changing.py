"""Fields that an administrator adds, removes or gives another type while the org is in use.

What changed stands in the org's file, so that it still holds when the file is opened again.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any

from crm_sync.sandbox.errors import SandboxError
from crm_sync.sandbox.schema import Field, Schema, SObject

__all__ = ["apply_changes", "custom_field", "record_change", "with_field"]


def apply_changes(schema: Schema, connection: sqlite3.Connection) -> Schema:
    """Return the schema with what was changed since the org was made."""
    statement = 'SELECT object, name, body FROM "_field" ORDER BY number'
    for sobject, name, body in connection.execute(statement).fetchall():
        schema = with_field(schema, sobject, name, _field(json.loads(body)) if body else None)
    return schema


def record_change(
    connection: sqlite3.Connection, sobject: str, name: str, field: Field | None
) -> None:
    """Note in the org's file what a field is from now on, None when it is no more."""
    body = json.dumps(asdict(field)) if field else None
    statement = 'INSERT INTO "_field" (object, name, body) VALUES (?, ?, ?)'
    connection.execute(statement, [sobject, name, body])


def with_field(schema: Schema, sobject: str, name: str, field: Field | None) -> Schema:
    """Return the schema with a field added or replaced, or removed when it is None."""
    known = schema.object(sobject)
    if known is None:
        return schema  # the org was opened without the metadata that brings the object
    fields = {key: each for key, each in known.fields.items() if field or key != name.lower()}
    if field:
        fields[name.lower()] = field
    changed = replace(known, fields=MappingProxyType(fields))
    return Schema(MappingProxyType({**schema.objects, known.name.lower(): changed}))


def custom_field(schema: Schema, sobject: str, name: str) -> tuple[SObject, Field | None]:
    """Return an object and its field of a name, if any; raises SandboxError unless it is custom."""
    known = schema.object(sobject)
    if known is None:
        raise SandboxError(f"The org has no object {sobject}.", remedy="Check the name.")
    if not name.endswith("__c"):
        raise SandboxError(
            f"{known.name}.{name} is not a custom field: standard fields stay as they are.",
            remedy="Name a field that ends with __c.",
        )
    return known, known.field(name)


def _field(values: Mapping[str, Any]) -> Field:
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Field(**{**values, **lists})
