"""A local org: its schema, its records and who may use it, without a network."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crm_sync.sandbox import bulk
from crm_sync.sandbox.access import Rights, seen_with
from crm_sync.sandbox.administration import Administration
from crm_sync.sandbox.changing import apply_changes
from crm_sync.sandbox.definitions import store_definitions
from crm_sync.sandbox.moments import Moments
from crm_sync.sandbox.records import Result, Transaction
from crm_sync.sandbox.saving import Operation, save_all
from crm_sync.sandbox.schema import Schema
from crm_sync.sandbox.seeding import seed_records
from crm_sync.sandbox.sequences import Sequences
from crm_sync.sandbox.settings import OrgSettings
from crm_sync.sandbox.storage import Storage

__all__ = ["Org"]


def _now() -> datetime:
    return datetime.now(UTC)


class Org:
    """One org in one SQLite file; without `path` in a temporary one.

    `clock` gives the time of every write and of SOQL's date literals; `schema` says what the org
    has now, and `admin` changes it. `rights` are by user id: who is not named may do everything.
    Close it when done, or use it in a `with`.
    """

    def __init__(
        self,
        schema: Schema,
        *,
        path: Path | None = None,
        settings: OrgSettings | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.settings = settings or OrgSettings()
        self.clock = clock
        self.admin = Administration(self)
        self.rights: dict[str, Rights] = {}
        self._moments = Moments()
        self.storage = Storage(path)
        try:
            self._open(schema)
        except sqlite3.Error as error:
            self.storage.close()
            raise self.storage.unusable(error) from error

    def __enter__(self) -> "Org":
        """Return the org itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the org."""
        self.close()

    def close(self) -> None:
        """Close the file; a temporary one is removed."""
        self.storage.close()

    @property
    def id(self) -> str:
        """Return the organisation's own record id."""
        with self.storage.reading() as connection:
            return str(connection.execute('SELECT "Id" FROM "Organization"').fetchone()[0])

    def user_id(self, username: str | None = None) -> str:
        """Return the id of an active user, by default the integration user's; KeyError if none."""
        name = username or self.settings.username
        statement = 'SELECT "Id" FROM "User" WHERE "Username" = ? COLLATE NOCASE AND "IsActive" = 1'
        with self.storage.reading() as connection:
            found = connection.execute(statement, [name]).fetchone()
        if found is None:
            raise KeyError(name)
        return str(found[0])

    def seen_by(self, user_id: str) -> Schema:
        """Return the schema as it looks to a user."""
        return seen_with(self.schema, self.rights.get(user_id, {}))

    def save(
        self,
        operations: Iterable[Operation],
        *,
        user_id: str | None = None,
        all_or_none: bool = False,
    ) -> Sequence[Result]:
        """Run operations in one transaction and return a result for each."""
        with self.writing(user_id) as transaction:
            return save_all(transaction, operations, all_or_none=all_or_none)

    def save_one(self, operation: Operation, *, user_id: str | None = None) -> Result:
        """Run one operation; raises its OrgError when it is refused."""
        (result,) = self.save([operation], user_id=user_id)
        if not result.success:
            raise result.errors[0]
        return result

    def insert(self, name: str, payload: Mapping[str, Any], *, user: str | None = None) -> str:
        """Create a record in the name of a user (by username) and return its id."""
        by = self.user_id(user)
        return str(self.save_one(lambda each: each.insert(name, payload), user_id=by).id)

    def update(
        self, name: str, record_id: str, payload: Mapping[str, Any], *, user: str | None = None
    ) -> None:
        """Change a record in the name of a user (by username)."""
        by = self.user_id(user)
        self.save_one(lambda each: each.update(name, record_id, payload), user_id=by)

    def delete(self, name: str, record_id: str, *, user: str | None = None) -> None:
        """Move a record to the bin in the name of a user (by username)."""
        self.save_one(lambda each: each.delete(name, record_id), user_id=self.user_id(user))

    def undelete(self, name: str, record_id: str, *, user: str | None = None) -> None:
        """Take a record back out of the bin in the name of a user (by username)."""
        self.save_one(lambda each: each.undelete(name, record_id), user_id=self.user_id(user))

    def hard_delete(self, name: str, record_id: str, *, user: str | None = None) -> None:
        """Delete a record for good, in the bin or not, in the name of a user (by username)."""
        self.save_one(lambda each: each.hard_delete(name, record_id), user_id=self.user_id(user))

    def merge(self, name: str, master_id: str, *others: str, user: str | None = None) -> None:
        """Merge one or two records into a third in the name of a user (by username)."""

        def operation(transaction: Transaction) -> Result:
            transaction.merge(name, master_id, others)
            return Result(master_id)

        self.save_one(operation, user_id=self.user_id(user))

    def load(self, records: bulk.Records, *, user: str | None = None) -> dict[str, str]:
        """Store many records at once and return `Object:local id` to real id; see `bulk.load`."""
        with self.writing(self.user_id(user)) as transaction:
            return bulk.load(transaction, records)

    def query(self, text: str, *, include_deleted: bool = False) -> list[dict[str, Any]]:
        """Run SOQL and return all its records as REST shows them; raises OrgError or SoqlError."""
        from crm_sync.sandbox.soql import run

        with self.storage.reading() as connection:
            rows = run(
                connection, self.schema, text, now=self.clock(), include_deleted=include_deleted
            )
            return list(rows.records)

    def new_id(self, prefix: str) -> str:
        """Return an id that no record has had."""
        with self.storage.writing() as connection:
            given = self._sequences.next_id(prefix)
            self._sequences.save(connection)
        return given

    def late(self) -> AbstractContextManager[datetime]:
        """Let what this thread writes carry the time at which the block began: it commits late.

        Meanwhile getUpdated and getDeleted vouch only for what was before that time.
        """
        return self._moments.open(self.clock)

    def settled_until(self) -> datetime:
        """Return the time before which nothing will become visible any more."""
        return self._moments.settled(self.clock)

    @contextmanager
    def writing(self, user_id: str | None = None) -> Iterator[Transaction]:
        """Write in the name of a user (default: the integration user) in one transaction."""
        by = user_id or self.user_id()
        with (
            self.storage.alone(),
            self._moments.open(self.clock) as now,
            self.storage.writing() as connection,
        ):
            seen = self.seen_by(by)
            triggers = self.admin.triggers
            yield Transaction(
                connection, self.schema, self._sequences, by, now, seen=seen, triggers=triggers
            )
            self._sequences.save(connection)

    def _open(self, schema: Schema) -> None:
        with self.storage.writing() as connection:
            self.schema = apply_changes(schema, connection)
            self.storage.prepare(self.schema.objects.values())
            store_definitions(connection, self.schema)
            self._sequences = Sequences(connection)
            found = connection.execute('SELECT "Id" FROM "Organization"').fetchone()
        if found is None:
            self._seed()

    def _seed(self) -> None:
        with self.storage.writing() as connection:
            # The first user writes itself: ids are given in order, so its own is known.
            transaction = Transaction(connection, self.schema, self._sequences, "", self.clock())
            users = bulk.load(transaction, seed_records(self.settings))
            first = users[f"User:{self.settings.username}"]
            for each in self.schema.objects.values():
                for name in ("CreatedById", "LastModifiedById", "OwnerId"):
                    if name in each.columns:
                        connection.execute(f'UPDATE "{each.name}" SET "{name}" = ?', [first])
            self._sequences.save(connection)
