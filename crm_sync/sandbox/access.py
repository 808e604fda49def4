"""What a user may see and edit: the schema as it looks to somebody with fewer rights."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from crm_sync.sandbox.schema import Field, Schema, SObject

__all__ = ["Access", "Rights", "seen_with"]

Access = Literal["edit", "read", "none"]
Rights = Mapping[tuple[str, str | None], Access]
"""By (object, field) in lower case; without a field: the object as a whole. Not named: edit."""


def seen_with(schema: Schema, rights: Rights) -> Schema:
    """Return the schema as it looks to a user with these rights."""
    if not rights:
        return schema
    objects = {
        key: _object(each, rights)
        for key, each in schema.objects.items()
        if rights.get((key, None)) != "none"
    }
    return Schema(MappingProxyType(objects))


def _object(sobject: SObject, rights: Rights) -> SObject:
    key = sobject.name.lower()
    only_read = rights.get((key, None)) == "read"
    fields = {
        name: _read_only(field) if only_read or rights.get((key, name)) == "read" else field
        for name, field in sobject.fields.items()
        if rights.get((key, name)) != "none"
    }
    seen = replace(sobject, fields=MappingProxyType(fields))
    return replace(seen, createable=False, updateable=False) if only_read else seen


def _read_only(field: Field) -> Field:
    return replace(field, createable=False, updateable=False)
