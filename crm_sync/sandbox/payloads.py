"""Read a record as a client sends it: names in any case, nested references, strict values."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crm_sync.sandbox.errors import OrgError, ParserError, no_such_column
from crm_sync.sandbox.schema import Field, SObject
from crm_sync.sandbox.values import Stored, read_value

if TYPE_CHECKING:
    from crm_sync.sandbox.records import Transaction

__all__ = ["read_payload"]


def read_payload(
    transaction: "Transaction", sobject: SObject, payload: Mapping[str, Any], *, creating: bool
) -> dict[str, Stored]:
    """Return column to stored value; raises OrgError for a field that may not be written."""
    sobject = _seen(transaction, sobject)
    row: dict[str, Stored] = {}
    refused: list[str] = []
    for name, value in payload.items():
        if name.lower() == "attributes":
            continue
        field = sobject.field(name)
        if field is None:
            field = _relationship(sobject, name)
            value = _referred(transaction, field, value)  # noqa: PLW2901
        if not (field.createable if creating else field.updateable):
            refused.append(field.name)
        elif field.type == "base64":
            row[field.name] = value
        else:
            row[field.name] = read_value(field, value)
    if refused:
        raise _refusal(refused, creating=creating)
    return row


def _seen(transaction: "Transaction", sobject: SObject) -> SObject:
    """Return the object as it looks to the user; raises OrgError when they see none of it."""
    seen = transaction.seen.object(sobject.name)
    if seen is None:
        raise OrgError("INVALID_TYPE", f"sObject type '{sobject.name}' is not supported.")
    if sobject.updateable and not seen.updateable:
        message = "insufficient access rights on object id"
        raise OrgError("INSUFFICIENT_ACCESS_OR_READONLY", message)
    return seen


def _refusal(fields: list[str], *, creating: bool) -> OrgError:
    if fields == ["Id"] and creating:
        message = "cannot specify Id in an insert call"
        return OrgError("INVALID_FIELD_FOR_INSERT_UPDATE", message, fields)
    if fields == ["Id"]:
        message = "The Id field should not be specified in the sobject data."
        return OrgError("INVALID_FIELD", message, fields)
    names = ", ".join(fields)
    return OrgError(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        f"Unable to create/update fields: {names}. Please check the security settings of this "
        "field and verify that it is read/write for your profile or permission set.",
        fields,
    )


def _relationship(sobject: SObject, name: str) -> Field:
    for field in sobject.fields.values():
        if (field.relationship_name or "").lower() == name.lower():
            return field
    raise no_such_column(name, sobject.name)


def _referred(transaction: "Transaction", field: Field, value: object) -> str | None:
    """Return the id of the record that `{"Key__c": "x"}` names."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise ParserError(f"Cannot deserialize instance of reference from value {value}")
    given = {name: each for name, each in value.items() if name.lower() not in {"attributes"}}
    wanted = (value.get("attributes") or {}).get("type") or field.reference_to[0]
    parent = transaction.sobject(str(wanted))
    if len(given) != 1:
        raise OrgError("INVALID_FIELD", f"{field.relationship_name}: name one external id field")
    name, key = next(iter(given.items()))
    key_field = parent.field(name)
    if key_field is None:
        raise no_such_column(name, parent.name)
    found = transaction.find(parent, key_field, key)
    if len(found) == 1:
        return found[0]
    message = f"Foreign key external ID: {key} not found for field {name} in entity {parent.name}"
    raise OrgError("INVALID_FIELD", message)
