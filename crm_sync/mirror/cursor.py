"""How far an object has been read: the place of the last row in the order (stamp, Id)."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from crm_sync.mirror.storing import upsert_rows
from crm_sync.mirror.tables import sync_cursor

__all__ = ["Cursor", "load_cursor", "store_cursor"]


@dataclass(frozen=True)
class Cursor:
    """The last row stored (None: none yet), and the fields that all stored rows were read with.

    A row gets its stamp when its transaction writes it and appears when that ends, maybe minutes
    later, below stamps that we have read. Before `settled` that cannot happen any more.
    """

    stamp: str | None = None
    id: str = ""
    settled: str | None = None
    synced_at: str | None = None
    rows: int = 0
    fields: frozenset[str] = frozenset()

    def rewound(self) -> "Cursor":
        """Return the cursor from which nothing can be missed: back at `settled`, where need be."""
        if self.stamp is None or self.settled is None or self.stamp < self.settled:
            return self
        return replace(self, stamp=self.settled, id="")

    def after(self, field: str) -> str:
        """Return the SOQL condition for what comes after, in the order of `field`, Id."""
        if self.stamp is None:
            return ""
        if not self.id:
            return f" WHERE {field} >= {self.stamp}"
        return f" WHERE (({field} = {self.stamp} AND Id > '{self.id}') OR {field} > {self.stamp})"


def load_cursor(connection: Connection, name: str) -> Cursor | None:
    """Return the object's cursor, None when it has never been read."""
    query = select(sync_cursor).where(sync_cursor.c.object == name)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    fields = frozenset(row.fields.split())
    return Cursor(row.systemmodstamp, row.id, row.settled, row.synced_at, row.rows, fields)


def store_cursor(connection: Connection, name: str, cursor: Cursor) -> None:
    """Store the object's cursor."""
    fields = " ".join(sorted(cursor.fields))
    place = (name, cursor.stamp, cursor.id, cursor.settled, cursor.synced_at)
    upsert_rows(connection, sync_cursor, [(*place, cursor.rows, fields)])
