"""What an administrator does to an org in use: bin, delete log, fields, rights, triggers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crm_sync.sandbox import changing, deleting, mail
from crm_sync.sandbox.access import Access
from crm_sync.sandbox.columns import convert_column, drop_column
from crm_sync.sandbox.definitions import store_definitions
from crm_sync.sandbox.errors import SandboxError, no_such_column
from crm_sync.sandbox.schema import Field
from crm_sync.sandbox.shorthand import read_field
from crm_sync.sandbox.tables import column_sql
from crm_sync.sandbox.values import instant, read_value

if TYPE_CHECKING:
    from crm_sync.sandbox.org import Org
    from crm_sync.sandbox.records import Trigger

__all__ = ["Administration"]

_PURGED = "delete log purged"


class Administration:
    """The administrator of one org. Fields are described as `shorthand` reads them."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self.triggers: dict[str, list[Trigger]] = {}

    def add_trigger(self, sobject: str, trigger: "Trigger") -> None:
        """Call `trigger` before each write of an object's records, in the writing user's name.

        It may change what is written, or refuse it by raising OrgError, as a validation rule, a
        lock or a missing permission does.
        """
        self.triggers.setdefault(sobject, []).append(trigger)

    def send_message(self, message_id: str, *, user: str) -> None:
        """Let a user (by username) send an e-mail that was a draft."""
        with self._org.writing(self._org.user_id(user)) as transaction:
            mail.send(transaction, message_id)

    def empty_bin(self, name: str | None = None) -> int:
        """Delete for good what is in the bin, of one object or of all; return how many records."""
        with self._org.writing() as transaction:
            objects = (
                self._org.schema.objects.values() if name is None else [transaction.sobject(name)]
            )
            return sum(deleting.empty_bin(transaction, each) for each in objects)

    def recalculate(self, name: str, record_id: str, values: Mapping[str, Any]) -> None:
        """Let formulas and roll-ups of a record have other values: no stamp of it moves.

        Raises OrgError for a field that the object has not, or a value that it cannot hold.
        """
        with self._org.writing() as transaction:
            sobject = transaction.sobject(name)
            row = transaction.existing(sobject, record_id)
            for field_name, value in values.items():
                field = sobject.field(field_name)
                if field is None:
                    raise no_such_column(field_name, sobject.name)
                statement = f'UPDATE "{sobject.name}" SET "{field.name}" = ? WHERE "Id" = ?'
                stored = [read_value(field, value), row["Id"]]
                transaction.connection.execute(statement, stored)

    def purge_delete_log(self) -> None:
        """Forget every deletion so far: getDeleted refuses a start before now."""
        with self._org.storage.writing() as connection:
            connection.execute('DELETE FROM "_deleted"')
            values = [_PURGED, instant(self._org.clock())]
            connection.execute('INSERT OR REPLACE INTO "_mark" VALUES (?, ?)', values)

    def log_purged_until(self) -> datetime | None:
        """Return when the delete log was purged, None when it never was."""
        with self._org.storage.reading() as connection:
            statement = 'SELECT at FROM "_mark" WHERE name = ?'
            found = connection.execute(statement, [_PURGED]).fetchone()
        return datetime.fromisoformat(found[0]).astimezone(UTC) if found else None

    def add_field(self, sobject: str, name: str, line: str) -> None:
        """Add a custom field, e.g. ("Account", "Note__c", "string(80)"); it is empty everywhere.

        Raises SandboxError when it is there already.
        """
        known, found = changing.custom_field(self._org.schema, sobject, name)
        if found:
            raise SandboxError(f"{known.name} already has a field {found.name}.")
        with self._changed(known.name, name, read_field(name, line)):
            pass

    def remove_field(self, sobject: str, name: str) -> None:
        """Remove a custom field and its values."""
        old = self._existing(sobject, name)
        known = self._org.schema.objects[sobject.lower()]
        with self._changed(known.name, old.name, None), self._org.storage.writing() as connection:
            drop_column(connection, known, old.name)

    def change_field(self, sobject: str, name: str, line: str) -> None:
        """Give a custom field another type; values that the new type cannot hold are lost."""
        old = self._existing(sobject, name)
        known, new = self._org.schema.objects[sobject.lower()], read_field(old.name, line)
        with self._changed(known.name, old.name, new), self._org.storage.writing() as connection:
            convert_column(connection, known, old, new, column_sql(new))

    def set_access(
        self, sobject: str, name: str | None, access: Access, *, user: str | None = None
    ) -> None:
        """Let a user (default: the integration user) edit, only read, or not even see a field.

        Without a field: the object as a whole. It holds until the org is closed.
        """
        by = self._org.user_id(user)
        key = (sobject.lower(), name.lower() if name else None)
        self._org.rights[by] = {**self._org.rights.get(by, {}), key: access}

    def _existing(self, sobject: str, name: str) -> Field:
        known, found = changing.custom_field(self._org.schema, sobject, name)
        if found is None:
            raise SandboxError(f"{known.name} has no field {name}.", remedy="Check the name.")
        return found

    @contextmanager
    def _changed(self, sobject: str, name: str, field: Field | None) -> Iterator[None]:
        """Change the table within the block, then the org's schema and what its file says of it."""
        storage = self._org.storage
        schema = changing.with_field(self._org.schema, sobject, name, field)
        with storage.writing() as connection:
            yield
            storage.prepare([schema.objects[sobject.lower()]])
            changing.record_change(connection, sobject, name, field)
            store_definitions(connection, schema)
        self._org.schema = schema
