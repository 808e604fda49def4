"""A line of a bulk ingest as what saves its record."""

from typing import Any

from crm_sync.sandbox.errors import OrgError, ParserError
from crm_sync.sandbox.jobs.job import Job
from crm_sync.sandbox.records import Result, Transaction
from crm_sync.sandbox.saving import Operation
from crm_sync.sandbox.schema import SObject

__all__ = ["Line", "operation_of"]

_NULL = "#N/A"
Line = list[str]


def operation_of(job: Job, sobject: SObject, header: Line, line: Line) -> Operation:
    """Return what saves the record of a line as the job says; refusals are OrgErrors."""

    def save(transaction: Transaction) -> Result:
        try:
            return _saved(transaction, job, sobject.name, _record(header, line))
        except ParserError as error:  # over REST it fails the request, here only its line
            raise OrgError("INVALID_TYPE_ON_FIELD_IN_RECORD", error.message) from error

    return save


def _saved(transaction: Transaction, job: Job, name: str, record: dict[str, Any]) -> Result:
    if job.operation == "insert":
        return transaction.insert(name, record)
    key = job.external_id if job.operation == "upsert" else "Id"
    value = next((record.pop(each) for each in list(record) if each.lower() == key.lower()), None)
    if job.operation == "upsert":
        if value is None and key != "Id":
            raise OrgError("MISSING_ARGUMENT", f"{key} not specified")
        return transaction.upsert(name, key, value, record)
    if value is None:
        raise OrgError("MISSING_ARGUMENT", "Id not specified in an update call")
    if job.operation == "update":
        return transaction.update(name, str(value), record)
    if job.operation == "delete":
        return transaction.delete(name, str(value))
    return transaction.hard_delete(name, str(value))


def _record(header: Line, line: Line) -> dict[str, Any]:
    """Return the record of a line: an empty cell says nothing, #N/A says null."""
    if len(line) != len(header):
        message = f"The line has {len(line)} values, the header {len(header)}"
        raise OrgError("INVALID_FIELD", message)
    record: dict[str, Any] = {}
    for name, text in zip(header, line, strict=True):
        if text:
            _put(record, name, None if text == _NULL else text)
    return record


def _put(record: dict[str, Any], name: str, value: str | None) -> None:
    """Set a field, or for `Parent.Key__c` what refers to the parent."""
    relationship, dot, key = name.partition(".")
    record[relationship] = {key: value} if dot else value
