"""Up to 200 records in one call. The answer is 200 with a result for each, good or bad."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from crm_sync.sandbox.checks import key_field
from crm_sync.sandbox.errors import OrgError, ParserError, no_such_column, no_such_object
from crm_sync.sandbox.http.call import Call, Reply, json_reply
from crm_sync.sandbox.http.retrieving import retrieve_records
from crm_sync.sandbox.http.rows import Record, folded, id_of, records_of, type_of, value_of
from crm_sync.sandbox.ids import full_id
from crm_sync.sandbox.records import Result, Transaction
from crm_sync.sandbox.saving import Operation
from crm_sync.sandbox.schema import SObject

__all__ = ["create", "delete", "retrieve", "update", "upsert"]

_MOST, _MOST_READ, _MOST_RUNS = 200, 2_000, 10


def create(call: Call) -> Reply:
    """Create records."""

    def operation(record: Record) -> Operation:
        return lambda each: each.insert(type_of(record), record)

    return _save_records(call, operation)


def update(call: Call) -> Reply:
    """Change records; each names its id."""

    def operation(record: Record) -> Operation:
        change = {name: value for name, value in record.items() if name.lower() != "id"}
        return lambda each: each.update(type_of(record), id_of(record), change)

    return _save_records(call, operation)


def upsert(call: Call) -> Reply:
    """Update or create records by an external id that each of them holds."""
    sobject = _object(call)
    key = key_field(sobject, call.parts["key"]).name
    records = records_of(call)
    times = Counter(folded(value_of(record, key)) for record in records)

    def save(transaction: Transaction, record: Record) -> Result:
        value = _key_value(record, key, times)
        kept = {name: each for name, each in record.items() if name.lower() != key.lower()}
        return transaction.upsert(sobject.name, key, value, kept)

    def operation(record: Record) -> Operation:
        return lambda each: save(each, record)

    return _save_records(call, operation, with_created=True)


def _key_value(record: Record, key: str, times: Mapping[str, int]) -> Any:
    """Return the value of a record's key, which is there and in no other record of the call."""
    value = value_of(record, key)
    if value in (None, ""):
        if key == "Id":
            return None
        raise OrgError("MISSING_ARGUMENT", f"{key} not specified")
    if times[folded(value)] > 1:
        raise OrgError("DUPLICATE_VALUE", f"Duplicate external id specified: {value}", [key])
    return value


def delete(call: Call) -> Reply:
    """Move records to the bin."""
    ids = [each for each in call.query.get("ids", "").split(",") if each]
    _limit(len(ids), _MOST)

    def operation(record_id: str) -> Operation:
        prefixes = call.server.org.schema.by_prefix
        return lambda each: each.delete(_by_prefix(prefixes, record_id), record_id)

    all_or_none = call.query.get("allOrNone", "").lower() == "true"
    return _save(call, [operation(each) for each in ids], all_or_none, with_created=False)


def retrieve(call: Call) -> Reply:
    """Return records by id, null for each that is not there."""
    sobject = _object(call)
    wanted = call.json_object() if call.method == "POST" else _in_query(call)
    ids, fields = wanted.get("ids"), wanted.get("fields")
    if not isinstance(ids, list) or not isinstance(fields, list) or not ids or not fields:
        raise ParserError("The parameters ids and fields must be lists that are not empty")
    _limit(len(ids), _MOST_READ)
    for name in fields:
        if sobject.field(str(name)) is None:
            raise no_such_column(str(name), sobject.name)
    full = [full_id(str(each)) or "000000000000000AAA" for each in ids]
    return json_reply(retrieve_records(call, sobject, full, fields))


def _in_query(call: Call) -> dict[str, Any]:
    return {name: call.query[name].split(",") for name in ("ids", "fields") if name in call.query}


def _save_records(
    call: Call, operation: Callable[[Record], Operation], *, with_created: bool = False
) -> Reply:
    records = records_of(call)
    _limit(len(records), _MOST)
    runs = [name for name, _ in groupby(type_of(each) for each in records)]
    if len(runs) > _MOST_RUNS:
        message = f"records cannot change type more than {_MOST_RUNS} times: sort them by type"
        raise OrgError("INVALID_NUMBER_OF_OBJECT_TYPES", message)
    all_or_none = call.json_object().get("allOrNone") is True
    return _save(call, [operation(each) for each in records], all_or_none, with_created)


def _save(
    call: Call, operations: Sequence[Operation], all_or_none: bool, with_created: bool
) -> Reply:
    org = call.server.org
    results = org.save(operations, user_id=call.user_id, all_or_none=all_or_none)
    return json_reply([_shown(each, with_created) for each in results])


def _shown(result: Result, with_created: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": result.id} if result.success else {}
    shown |= {"success": result.success, "errors": [each.row() for each in result.errors]}
    return shown | ({"created": result.created} if with_created and result.success else {})


def _by_prefix(prefixes: Mapping[str, SObject], record_id: str) -> str:
    found = prefixes.get(record_id[:3])
    if found is None or full_id(record_id) is None:
        raise OrgError("MALFORMED_ID", f"malformed id {record_id}")
    return found.name


def _limit(count: int, most: int) -> None:
    if not 0 < count <= most:
        message = f"record count {count} is outside of what one call may hold: 1 to {most}"
        raise OrgError("INVALID_BATCH_SIZE" if count else "MISSING_ARGUMENT", message)


def _object(call: Call) -> SObject:
    found = call.server.org.schema.object(call.parts["name"])
    if found is None:
        raise no_such_object()
    return found
