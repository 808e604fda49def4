"""Insert, update, upsert, delete, undelete and merge: one transaction in the name of one user.

Each call does one record and raises OrgError when Salesforce would refuse it; `saving` turns that
into results record by record.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from crm_sync.sandbox import checks, deleting, derived, files, history, mail, merging
from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.ids import ID_LENGTHS, full_id
from crm_sync.sandbox.payloads import read_payload
from crm_sync.sandbox.schema import Field, Schema, SObject
from crm_sync.sandbox.sequences import Sequences
from crm_sync.sandbox.values import Stored, instant, read_value

__all__ = ["Result", "Row", "Transaction", "Trigger"]

Row = dict[str, Stored]
Trigger = Callable[[Mapping[str, Stored], Row], None]
"""Given a record as it stands ({}: a new one) and what is to be written, which it may change."""


@dataclass(frozen=True)
class Result:
    """What became of one record: its id when it was saved, else the errors."""

    id: str | None
    created: bool = False
    errors: tuple[OrgError, ...] = ()

    @property
    def success(self) -> bool:
        """Whether the record was saved."""
        return not self.errors


class Transaction:
    """The records of an org while they are being written; `stamp` is the time of all its writes.

    `seen` is the schema as it looks to the user: what they may not edit is refused.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        schema: Schema,
        sequences: Sequences,
        user_id: str,
        now: datetime,
        *,
        seen: Schema | None = None,
        triggers: Mapping[str, Sequence[Trigger]] | None = None,
    ) -> None:
        self.connection = connection
        self.schema = schema
        self.seen = seen or schema
        self.sequences = sequences
        self.user_id = user_id
        self.now = now
        self.stamp = instant(now)
        self._triggers = triggers or {}

    @cached_property
    def stages(self) -> Mapping[str, Row]:
        """Return what each opportunity stage means, by its name."""
        sobject = self.sobject("OpportunityStage")
        statement = 'SELECT "Id" FROM "OpportunityStage"'
        ids = [row[0] for row in self.connection.execute(statement)]
        rows = [row for each in ids if (row := self.row(sobject, each))]
        return {str(row["MasterLabel"]): row for row in rows}

    def sobject(self, name: str) -> SObject:
        """Return the object of that name; raises OrgError INVALID_TYPE."""
        found = self.schema.object(name)
        if found is None:
            raise OrgError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
        return found

    def insert(self, name: str, payload: Mapping[str, Any]) -> Result:
        """Create a record and return its id."""
        sobject = self.sobject(name)
        row = read_payload(self, sobject, payload, creating=True)
        body = row.pop("VersionData", None)
        self._trigger(sobject, {}, row)
        checks.check_new(self, sobject, row)
        row = self.system_fields(sobject) | row
        derived.complete(self, sobject, row)
        if sobject.name == "ContentVersion":
            files.publish(self, row, str(body or ""))
        if sobject.name == "EmailMessage":
            mail.file_message(self, row)
        self.write_row(sobject, row)
        return Result(str(row["Id"]), created=True)

    def update(self, name: str, record_id: str, payload: Mapping[str, Any]) -> Result:
        """Change a record; its SystemModstamp moves even when no value does."""
        sobject = self.sobject(name)
        before = self.existing(sobject, record_id)
        change = read_payload(self, sobject, payload, creating=False)
        self._trigger(sobject, before, change)
        if sobject.name == "EmailMessage":
            mail.check_change(before, change)
        checks.check_change(self, sobject, change, before)
        after = before | change
        after |= {"LastModifiedDate": self.stamp, "LastModifiedById": self.user_id}
        after["SystemModstamp"] = self.stamp
        derived.complete(self, sobject, after, before)
        self._write_change(sobject, before, after)
        history.keep(self, sobject, before, after)
        return Result(str(before["Id"]))

    def upsert(self, name: str, key: str, value: object, payload: Mapping[str, Any]) -> Result:
        """Update the record whose external id has the value, else create one with it."""
        sobject = self.sobject(name)
        field = checks.key_field(sobject, key)
        if field.name == "Id":
            if value:
                return self.update(name, str(value), payload)
            return self.insert(name, payload)
        found = self.find(sobject, field, value)
        if len(found) > 1:
            message = f"{field.name}: more than one record found for external id field: {found}"
            raise OrgError("DUPLICATE_EXTERNAL_ID", message, [field.name])
        if found:
            return self.update(name, found[0], payload)
        return self.insert(name, {**payload, field.name: value})

    def delete(self, name: str, record_id: str) -> Result:
        """Move a record to the bin, with what cannot be without it."""
        sobject = self.sobject(name)
        if not sobject.updateable or sobject.name == "User":
            message = f"entity type cannot be deleted: {sobject.name}"
            raise OrgError("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)
        row = self.existing(sobject, record_id)
        deleting.to_bin(self, sobject, str(row["Id"]))
        return Result(str(row["Id"]))

    def undelete(self, name: str, record_id: str) -> Result:
        """Take a record back out of the bin, with what went there with it."""
        sobject = self.sobject(name)
        row = self.existing(sobject, record_id, deleted=True)
        if not row["IsDeleted"]:
            raise OrgError("UNDELETE_FAILED", "Entity is not in the recycle bin")
        deleting.restore(self, sobject, str(row["Id"]))
        return Result(str(row["Id"]))

    def hard_delete(self, name: str, record_id: str) -> Result:
        """Delete a record for good, in the bin or not; only the log knows of it afterwards."""
        sobject = self.sobject(name)
        row = self.existing(sobject, record_id, deleted=True)
        if not row["IsDeleted"]:
            self.delete(name, record_id)
        deleting.bury(self, sobject, str(row["Id"]))
        return Result(str(row["Id"]))

    def merge(self, name: str, master_id: str, others: Sequence[str]) -> Sequence[str]:
        """Merge one or two records into a third; return the ids of what refers to it now."""
        sobject = self.sobject(name)
        master, *rows = [self.existing(sobject, each) for each in (master_id, *others)]
        return merging.merge(self, sobject, str(master["Id"]), [str(each["Id"]) for each in rows])

    def existing(self, sobject: SObject, record_id: str, *, deleted: bool = False) -> Row:
        """Return a record's stored row; raises OrgError when it is not there or in the bin."""
        if len(record_id) not in ID_LENGTHS:
            raise OrgError("MALFORMED_ID", f"malformed id {record_id}")
        found = full_id(record_id)
        if found is None or not found.startswith(sobject.key_prefix):
            message = f"{sobject.label} ID: id value of incorrect type: {record_id}"
            raise OrgError("MALFORMED_ID", message, ["Id"])
        row = self.row(sobject, found)
        if row is None:
            raise OrgError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if row["IsDeleted"] and not deleted:
            raise OrgError("ENTITY_IS_DELETED", "entity is deleted")
        return row

    def row(self, sobject: SObject, record_id: str) -> Row | None:
        """Return a record's stored row, in the bin or not, or None."""
        columns = ", ".join(f'"{name}"' for name in sobject.columns)
        statement = f'SELECT {columns} FROM "{sobject.name}" WHERE "Id" = ?'
        found = self.connection.execute(statement, [record_id]).fetchone()
        return dict(zip(sobject.columns, found, strict=True)) if found else None

    def find(self, sobject: SObject, field: Field, value: object) -> list[str]:
        """Return the ids of the records, not in the bin, whose field has the value in any case."""
        statement = (
            f'SELECT "Id" FROM "{sobject.name}" '
            f'WHERE "{field.name}" = ? COLLATE NOCASE AND "IsDeleted" = 0 LIMIT 11'
        )
        return [row[0] for row in self.connection.execute(statement, [read_value(field, value)])]

    def write_row(self, sobject: SObject, row: Row) -> None:
        """Store a complete new row."""
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        statement = f'INSERT INTO "{sobject.name}" ({names}) VALUES ({marks})'
        self.connection.execute(statement, list(row.values()))

    def system_fields(self, sobject: SObject) -> Row:
        """Return what the org itself writes into a new record."""
        row: Row = {"Id": self.sequences.next_id(sobject.key_prefix), "IsDeleted": 0}
        if "OwnerId" in sobject.columns:
            row["OwnerId"] = self.user_id
        for prefix in ("Created", "LastModified"):
            if f"{prefix}Date" in sobject.columns:
                row |= {f"{prefix}Date": self.stamp, f"{prefix}ById": self.user_id}
        return row | ({"SystemModstamp": self.stamp} if "SystemModstamp" in sobject.columns else {})

    def _write_change(self, sobject: SObject, before: Row, after: Row) -> None:
        changed = {name: value for name, value in after.items() if value != before.get(name)}
        if changed:
            parts = ", ".join(f'"{name}" = ?' for name in changed)
            statement = f'UPDATE "{sobject.name}" SET {parts} WHERE "Id" = ?'
            self.connection.execute(statement, [*changed.values(), before["Id"]])

    def _trigger(self, sobject: SObject, before: Mapping[str, Stored], change: Row) -> None:
        for trigger in self._triggers.get(sobject.name, ()):
            trigger(before, change)

    def stamp_row(
        self, sobject: SObject, record_id: str, change: str, values: Sequence[Stored] = ()
    ) -> None:
        """Set columns by the SQL of `change`, and when the record was last modified."""
        stamps = [
            name for name in ("LastModifiedDate", "SystemModstamp") if name in sobject.columns
        ]
        parts = ", ".join([change, *(f'"{name}" = ?' for name in stamps)])
        statement = f'UPDATE "{sobject.name}" SET {parts} WHERE "Id" = ?'
        self.connection.execute(statement, [*values, *[self.stamp] * len(stamps), record_id])
