"""The records that one call holds, as its body gives them."""

from collections.abc import Mapping
from typing import Any

from crm_sync.sandbox.errors import OrgError, ParserError
from crm_sync.sandbox.http.call import Call

__all__ = ["Record", "folded", "id_of", "records_of", "type_of", "value_of"]

Record = Mapping[str, Any]


def records_of(call: Call) -> list[Record]:
    """Return the records; raises ParserError when there is no list of them."""
    records = call.json_object().get("records")
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise ParserError("The parameter records must be a list of objects")
    return records


def value_of(record: Record, key: str) -> Any:
    """Return a record's value of a field that may be written in any case."""
    return next((each for name, each in record.items() if name.lower() == key.lower()), None)


def folded(value: object) -> str:
    """Return the value as keys are compared: by their text in any case."""
    return str(value).strip().lower()


def type_of(record: Record) -> str:
    """Return the object that a record says it is of; raises ParserError."""
    attributes = record.get("attributes")
    if not isinstance(attributes, dict) or not isinstance(attributes.get("type"), str):
        raise ParserError('Each record must say its type: {"attributes": {"type": "Account"}}')
    return str(attributes["type"])


def id_of(record: Record) -> str:
    """Return the id that a record names; raises OrgError."""
    found = value_of(record, "id")
    if found is None:
        raise OrgError("MISSING_ARGUMENT", "Id not specified in an update call")
    return str(found)
