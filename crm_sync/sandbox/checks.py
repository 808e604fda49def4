"""What must hold before a record is stored: required fields, references, unique keys."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.schema import Field, Schema, SObject
from crm_sync.sandbox.values import Stored

if TYPE_CHECKING:
    from crm_sync.sandbox.records import Transaction

__all__ = ["check_change", "check_new", "key_field", "references_to"]

# Set by the org whoever writes the record, so that nothing needs to refer back to it.
_SYSTEM_REFERENCES = frozenset({"CreatedById", "LastModifiedById", "OwnerId"})


def check_new(transaction: "Transaction", sobject: SObject, row: dict[str, Stored]) -> None:
    """Fill in defaults, then check a new record; raises OrgError."""
    if not sobject.createable:
        message = f"entity type cannot be inserted: {sobject.label}"
        raise OrgError("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)
    for field in sobject.columns.values():
        if field.default is not None and row.get(field.name) is None:
            row[field.name] = int(field.default) if field.type == "boolean" else field.default
    _check_required(sobject, row, sobject.columns)
    _check_values(transaction, sobject, row, own_id=None)


def check_change(
    transaction: "Transaction",
    sobject: SObject,
    change: Mapping[str, Stored],
    before: Mapping[str, Stored],
) -> None:
    """Check what an update changes; raises OrgError."""
    if not sobject.updateable:
        message = f"entity type cannot be updated: {sobject.label}"
        raise OrgError("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)
    _check_required(sobject, change, change)
    _check_values(transaction, sobject, change, own_id=str(before["Id"]))


def key_field(sobject: SObject, name: str) -> Field:
    """Return the field by which records may be upserted; raises OrgError when it is none."""
    field = sobject.field(name)
    if field is None or not (field.external_id or field.name == "Id"):
        message = f"Provided external ID field does not exist or is not accessible: {name}"
        raise OrgError("NOT_FOUND", message)
    return field


def references_to(schema: Schema, name: str) -> Iterator[tuple[SObject, Field]]:
    """Yield each (object, field) that may refer to an object, save who wrote or owns a record."""
    for child in schema.objects.values():
        for field in child.columns.values():
            if name in field.reference_to and field.name not in _SYSTEM_REFERENCES:
                yield child, field


def _check_required(sobject: SObject, row: Mapping[str, Stored], names: Iterable[str]) -> None:
    missing = [
        name
        for name in names
        if not sobject.columns[name].nillable
        and sobject.columns[name].createable
        and name != "OwnerId"
        and row.get(name) is None
    ]
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise OrgError("REQUIRED_FIELD_MISSING", message, missing)


def _check_values(
    transaction: "Transaction", sobject: SObject, row: Mapping[str, Stored], own_id: str | None
) -> None:
    for name, value in row.items():
        field = sobject.columns[name]
        if value is None:
            continue
        if field.reference_to:
            _check_reference(transaction, field, str(value))
        if field.unique:
            _check_unique(transaction, sobject, field, value, own_id)


def _check_reference(transaction: "Transaction", field: Field, record_id: str) -> None:
    parent = transaction.schema.by_prefix.get(record_id[:3])
    if parent is None or parent.name not in field.reference_to:
        message = f"{field.label} ID: id value of incorrect type: {record_id}"
        raise OrgError("MALFORMED_ID", message, [field.name])
    statement = f'SELECT "IsDeleted" FROM "{parent.name}" WHERE "Id" = ?'
    found = transaction.connection.execute(statement, [record_id]).fetchone()
    if found is None:
        message = f"insufficient access rights on cross-reference id: {record_id}"
        raise OrgError("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", message, [field.name])
    if found[0]:
        raise OrgError("ENTITY_IS_DELETED", "entity is deleted", [field.name])


def _check_unique(
    transaction: "Transaction", sobject: SObject, field: Field, value: Stored, own_id: str | None
) -> None:
    others = [each for each in transaction.find(sobject, field, value) if each != own_id]
    if others:
        code = "DUPLICATE_USERNAME" if field.name == "Username" else "DUPLICATE_VALUE"
        message = (
            f"duplicate value found: {field.name} duplicates value on record with id: {others[0]}"
        )
        raise OrgError(code, message)
