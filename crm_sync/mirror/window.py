"""The window of one object: what came after the cursor, in the order of stamp and Id.

It is open above, so that the mirror is fresh; the next window begins at `settled`, below which no
transaction can bring a row any more. So what commits late is met, and what is met twice is the
same row.
"""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl
from sqlalchemy import Connection, Engine, Table, delete, select

from crm_sync.mirror.cursor import Cursor, store_cursor
from crm_sync.mirror.jobs import Purpose, keep_place
from crm_sync.mirror.kinds import Kind
from crm_sync.mirror.loading import upsert_staged
from crm_sync.mirror.page import Page
from crm_sync.mirror.report import ObjectReport
from crm_sync.mirror.staging import staged
from crm_sync.mirror.storing import delete_rows, in_steps, upsert_rows
from crm_sync.mirror.tables import merged_record, mirror_table

__all__ = ["Window", "stamp_of"]

# History objects are only ever added to and have no SystemModstamp.
_STAMPS = ("SystemModstamp", "CreatedDate")


def stamp_of(fields: Mapping[str, Kind]) -> str:
    """Return the field that says when a row was last written."""
    return next(each for each in _STAMPS if each in fields)


class Window:
    """What is to be read of an object from a cursor on.

    `settled`: up to where the org had told everything when this window was opened.
    """

    purpose: Purpose = "window"
    include_deleted = True

    def __init__(
        self,
        name: str,
        fields: Mapping[str, Kind],
        cursor: Cursor,
        counts: ObjectReport,
        settled: str | None = None,
    ) -> None:
        self.name, self.fields, self.counts, self.settled = name, fields, counts, settled
        self.table: Table = mirror_table(name, fields)
        self.cursor = cursor.rewound()
        self.total = 0
        self._stamp = stamp_of(fields)

    @property
    def soql(self) -> str:
        """Return the SOQL that reads on from the cursor."""
        names = ", ".join(self.fields)
        after = self.cursor.after(self._stamp)
        return f"SELECT {names} FROM {self.name}{after} ORDER BY {self._stamp}, Id"

    @property
    def count(self) -> str | None:
        """Return the SOQL that counts everything, where everything is to be read."""
        return None if self.cursor.stamp else self.counting

    @property
    def counting(self) -> str:
        """Return the SOQL that counts what is to be read."""
        return f"SELECT COUNT() FROM {self.name}{self.cursor.after(self._stamp)}"

    def store(self, engine: Engine, page: Page, now: str) -> None:
        """Store rows, the cursor at their end and the place in a job, in one transaction."""
        rows = page.rows
        with staged(engine, page.prepared, self.table.name) as to:
            self._take_in(to, rows, now)
            self._move(to, rows)
            keep_place(to, self.name, self.purpose, page.job)
        self.counts.read += rows.height

    def _take_in(self, connection: Connection, rows: pl.DataFrame, now: str) -> None:
        deleted = "IsDeleted" in self.fields
        living = rows.filter(pl.col("IsDeleted") == 0) if deleted else rows
        gone = rows.filter(pl.col("IsDeleted") == 1) if deleted else rows.clear()
        where = '"IsDeleted" = 0' if deleted else ""
        self.counts.upserted += upsert_staged(connection, self.table, where=where)
        self.counts.deleted += delete_rows(connection, self.table, gone["Id"].to_list())
        self._unmerge(connection, living["Id"])
        if "MasterRecordId" in self.fields:
            merged = gone.filter(pl.col("MasterRecordId").is_not_null())
            self._merge(connection, merged, now)

    def _merge(self, connection: Connection, merged: pl.DataFrame, now: str) -> None:
        pairs = merged.select("Id", "MasterRecordId").rows()
        upsert_rows(connection, merged_record, [(old, self.name, new, now) for old, new in pairs])

    def _unmerge(self, connection: Connection, living: pl.Series) -> None:
        """Forget merges of records that live again: they were taken out of the bin."""
        known = select(merged_record.c.old_id).where(merged_record.c.object == self.name)
        merged = pl.Series("merged", connection.scalars(known).all(), dtype=pl.String)
        for step in in_steps(merged.filter(merged.is_in(living.implode())).to_list()):
            connection.execute(delete(merged_record).where(merged_record.c.old_id.in_(step)))

    def _move(self, connection: Connection, rows: pl.DataFrame) -> None:
        stamp, record = rows.select(self._stamp, "Id").row(-1)
        self.cursor = replace(
            self.cursor, stamp=stamp, id=record, rows=self.cursor.rows + rows.height
        )
        store_cursor(connection, self.name, self.cursor)
