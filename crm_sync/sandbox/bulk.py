"""Fill an org with many records at once, as a migration does: audit fields may be given."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from typing import Any

from crm_sync.sandbox import derived, files
from crm_sync.sandbox.errors import OrgError, SandboxError
from crm_sync.sandbox.records import Row, Transaction
from crm_sync.sandbox.schema import SObject
from crm_sync.sandbox.values import read_value
from partner_lifecycle.names import did_you_mean

__all__ = ["load"]

_CHUNK = 5_000

Records = Mapping[str, Sequence[Mapping[str, Any]]]


def load(transaction: Transaction, records: Records) -> dict[str, str]:
    """Store records of several objects and return `Object:local id` to real id.

    A record may have a local `_id`, and a reference may be `{"_ref": "Object:local id"}`, in any
    order. Values are read strictly; required fields, references by real id and uniqueness are taken
    on trust. Raises SandboxError naming the object and the record.
    """
    known = {_object(transaction, name): each for name, each in records.items()}
    ids: dict[str, str] = {}
    given: dict[str, list[str]] = {}
    for sobject, each in known.items():
        given[sobject.name] = [transaction.sequences.next_id(sobject.key_prefix) for _ in each]
        for record, new_id in zip(each, given[sobject.name], strict=True):
            if "_id" in record:
                ids[f"{sobject.name}:{record['_id']}"] = new_id
    for sobject in _parents_first(list(known)):
        rows = _rows(transaction, sobject, known[sobject], given[sobject.name], ids)
        while chunk := list(islice(rows, _CHUNK)):
            _store(transaction, sobject, chunk)
    return ids


def _store(transaction: Transaction, sobject: SObject, rows: Sequence[Row]) -> None:
    """Insert rows, naming only columns that one of them fills: binding nulls is what costs."""
    used = {name for row in rows for name, value in row.items() if value is not None}
    columns = [each for each in sobject.columns.values() if each.name in used]
    names = ", ".join(f'"{each.name}"' for each in columns)
    marks = ", ".join("?" * len(columns))
    blanks = [(each.name, 0 if each.type == "boolean" else None) for each in columns]
    transaction.connection.executemany(
        f'INSERT INTO "{sobject.name}" ({names}) VALUES ({marks})',
        ([row.get(name, blank) for name, blank in blanks] for row in rows),
    )


def _object(transaction: Transaction, name: str) -> SObject:
    sobject = transaction.schema.object(name)
    if sobject is None:
        raise SandboxError(f"The org has no object {name}.", remedy="Check the name.")
    return sobject


def _parents_first(objects: list[SObject]) -> list[SObject]:
    """Order objects so that what a derived field looks up is already there, if there is a way."""
    by_name = {each.name: each for each in objects}
    parents = {
        each.name: {
            to for field in each.columns.values() for to in field.reference_to if to in by_name
        }
        - {each.name}
        for each in objects
    }
    try:
        return [by_name[name] for name in TopologicalSorter(parents).static_order()]
    except CycleError:
        order = ["Account", "Contact", "Contract", "Opportunity"]
        return sorted(objects, key=lambda each: (each.name not in order, each.name))


def _rows(
    transaction: Transaction,
    sobject: SObject,
    records: Sequence[Mapping[str, Any]],
    new_ids: Sequence[str],
    ids: Mapping[str, str],
) -> Iterator[Row]:
    template = _template(sobject)
    for record, new_id in zip(records, new_ids, strict=True):
        try:
            row = template | _read(transaction, sobject, record, ids) | {"Id": new_id}
            body = row.pop("VersionData", None)
            derived.complete(transaction, sobject, row)
            if sobject.name == "ContentVersion":
                files.publish(transaction, row, str(body or ""))
        except OrgError as error:
            raise SandboxError(
                f"A record cannot be loaded: {error.message}.",
                where=f"{sobject.name} {record.get('_id', new_id)}",
                remedy="Correct the value; nothing was stored.",
            ) from error
        yield row


def _template(sobject: SObject) -> Row:
    """Return what a record holds where nothing is given."""
    filled = ((each, each.default) for each in sobject.columns.values() if each.default is not None)
    return {
        field.name: int(default) if field.type == "boolean" else default
        for field, default in filled
    }


def _read(
    transaction: Transaction, sobject: SObject, record: Mapping[str, Any], ids: Mapping[str, str]
) -> Row:
    row: Row = {}
    for name, value in record.items():
        if name == "_id":
            continue
        field = sobject.field(name)
        if field is None or field.name not in sobject.columns:
            raise _unknown(sobject, name)
        if isinstance(value, Mapping):
            row[field.name] = _resolve(sobject, name, value, ids)
        elif field.type == "base64":
            row[field.name] = value
        else:
            row[field.name] = read_value(field, value)
    return _audit(transaction, sobject, row)


def _resolve(sobject: SObject, name: str, value: Mapping[str, Any], ids: Mapping[str, str]) -> str:
    local = str(value.get("_ref"))
    if local not in ids:
        raise SandboxError(
            f"{sobject.name}.{name} refers to {local}, which is not among the records.",
            remedy="Load the record it refers to in the same call, or give its real id.",
        )
    return ids[local]


def _unknown(sobject: SObject, name: str) -> SandboxError:
    return SandboxError(
        f"{sobject.name} has no field {name}.",
        remedy=did_you_mean(name, sobject.columns, "check the name"),
    )


def _audit(transaction: Transaction, sobject: SObject, row: Row) -> Row:
    """Fill in who wrote the record and when, from what was given of it."""
    created = row.get("CreatedDate") or transaction.stamp
    modified = row.get("LastModifiedDate") or row.get("SystemModstamp") or created
    by = row.get("CreatedById") or transaction.user_id
    defaults: Row = {
        "OwnerId": by,
        "CreatedDate": created,
        "CreatedById": by,
        "LastModifiedDate": modified,
        "LastModifiedById": by,
        "SystemModstamp": modified,
    }
    kept = {name: each for name, each in defaults.items() if name in sobject.columns}
    return kept | {name: each for name, each in row.items() if each is not None or name not in kept}
