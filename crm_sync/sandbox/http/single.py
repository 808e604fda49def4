"""One record at a time: create, read, change, delete, and by external id."""

import re
from collections.abc import Sequence
from typing import Any

from crm_sync.sandbox.checks import key_field
from crm_sync.sandbox.errors import OrgError, no_such_column, no_such_object
from crm_sync.sandbox.files import read_body
from crm_sync.sandbox.http.call import Call, Reply, json_reply
from crm_sync.sandbox.http.retrieving import retrieve_records
from crm_sync.sandbox.ids import ID_LENGTHS, full_id
from crm_sync.sandbox.records import Result
from crm_sync.sandbox.saving import Operation
from crm_sync.sandbox.schema import SObject
from crm_sync.sandbox.values import read_value

__all__ = [
    "create",
    "delete",
    "delete_by_key",
    "retrieve",
    "retrieve_by_key",
    "update",
    "upsert",
    "version_data",
]

_NO_KEY = "Provided external ID field does not exist or is not accessible: {}"


def create(call: Call) -> Reply:
    """Create a record: 201 with its id."""
    sobject, payload = _object(call), call.json_object()
    result = _save(call, lambda each: each.insert(sobject.name, payload))
    return _saved(call, sobject, result)


def retrieve(call: Call) -> Reply:
    """Return a record's fields, all or those named in `fields`."""
    sobject = _object(call)
    record_id = full_id(call.parts["id"])
    if record_id is None:
        raise OrgError("NOT_FOUND", _NO_KEY.format(call.parts["id"]))
    return _retrieved(call, sobject, record_id)


def update(call: Call) -> Reply:
    """Change a record: 204."""
    sobject, payload = _object(call), call.json_object()
    record_id = _id_to_change(call)
    _save(call, lambda each: each.update(sobject.name, record_id, payload))
    return Reply(204)


def delete(call: Call) -> Reply:
    """Move a record to the bin: 204."""
    sobject = _object(call)
    record_id = _id_to_change(call)
    _save(call, lambda each: each.delete(sobject.name, record_id))
    return Reply(204)


def retrieve_by_key(call: Call) -> Reply:
    """Return the record whose external id has the value; 300 with addresses when several do."""
    sobject = _object(call)
    found = _keyed(call, sobject)
    return found if isinstance(found, Reply) else _retrieved(call, sobject, found)


def upsert(call: Call) -> Reply:
    """Update the record whose external id has the value (200), or create it (201)."""
    sobject, payload = _object(call), call.json_object()
    field, value = key_field(sobject, call.parts["key"]), call.parts["value"]
    if field.name.lower() in {name.lower() for name in payload}:
        message = f"The {field.name} field should not be specified in the sobject data."
        raise OrgError("INVALID_FIELD", message, [field.name])
    several = _several(call, sobject)
    if several:
        return several
    result = _save(call, lambda each: each.upsert(sobject.name, field.name, value, payload))
    return _saved(call, sobject, result)


def delete_by_key(call: Call) -> Reply:
    """Move the record whose external id has the value to the bin: 204."""
    sobject = _object(call)
    found = _keyed(call, sobject)
    if isinstance(found, Reply):
        return found
    _save(call, lambda each: each.delete(sobject.name, found))
    return Reply(204)


def version_data(call: Call) -> Reply:
    """Return the bytes of a file's version."""
    record_id = full_id(call.parts["id"]) or ""
    if _object(call).name != "ContentVersion":
        raise no_such_object()
    with call.server.org.storage.reading() as connection:
        return Reply(200, read_body(connection, record_id), "application/octet-stream")


def _object(call: Call) -> SObject:
    found = call.server.org.schema.object(call.parts["name"])
    if found is None:
        raise no_such_object()
    return found


def _id_to_change(call: Call) -> str:
    """Return the id in the path; raises OrgError for what cannot be one."""
    given = call.parts["id"]
    if len(given) not in ID_LENGTHS:
        raise OrgError("NOT_FOUND", _NO_KEY.format(given))
    return given


def _save(call: Call, operation: Operation) -> Result:
    """Run one operation; an id in the path that leads nowhere is a resource that is not there."""
    try:
        return call.server.org.save_one(operation, user_id=call.user_id)
    except OrgError as error:
        if error.code == "INVALID_CROSS_REFERENCE_KEY" and not error.fields:
            raise no_such_object() from error
        raise


def _saved(call: Call, sobject: SObject, result: Result) -> Reply:
    body: dict[str, Any] = {
        "id": result.id,
        "success": True,
        "errors": [],
        "created": result.created,
    }
    if call.method == "POST":
        del body["created"]
    place = {"Location": f"{call.root}/sobjects/{sobject.name}/{result.id}"}
    return json_reply(body, 201 if result.created else 200, place if result.created else None)


def _retrieved(call: Call, sobject: SObject, record_id: str) -> Reply:
    wished = [name for name in re.split(r"[,\s]+", call.query.get("fields", "")) if name]
    (record,) = retrieve_records(call, sobject, [record_id], _checked(sobject, wished))
    if record is None:
        raise _missing(call, sobject, record_id)
    return json_reply(record)


def _checked(sobject: SObject, wished: Sequence[str]) -> Sequence[str]:
    for name in wished:
        if sobject.field(name) is None:
            raise no_such_column(name, sobject.name)
    return wished or [each.name for each in sobject.fields.values()]


def _missing(call: Call, sobject: SObject, record_id: str) -> OrgError:
    statement = f'SELECT "Id" FROM "{sobject.name}" WHERE "Id" = ?'
    with call.server.org.storage.reading() as connection:
        found = connection.execute(statement, [record_id]).fetchone()
    return OrgError("ENTITY_IS_DELETED", "entity is deleted") if found else no_such_object()


def _matches(call: Call, sobject: SObject) -> list[str]:
    field = key_field(sobject, call.parts["key"])
    value = read_value(field, call.parts["value"])
    statement = (
        f'SELECT "Id" FROM "{sobject.name}" '
        f'WHERE "{field.name}" = ? COLLATE NOCASE AND "IsDeleted" = 0 ORDER BY "Id"'
    )
    with call.server.org.storage.reading() as connection:
        return [row[0] for row in connection.execute(statement, [value])]


def _several(call: Call, sobject: SObject) -> Reply | None:
    found = _matches(call, sobject)
    places = [f"{call.root}/sobjects/{sobject.name}/{each}" for each in found]
    return json_reply(places, 300) if len(found) > 1 else None


def _keyed(call: Call, sobject: SObject) -> str | Reply:
    several = _several(call, sobject)
    if several:
        return several
    found = _matches(call, sobject)
    if not found:
        raise no_such_object()
    return found[0]
