"""One object while it is read: what to ask for, and how a page is stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, select

from crm_sync.mirror.cursor import Cursor, store_cursor
from crm_sync.mirror.kinds import Kind, converter
from crm_sync.mirror.report import ObjectReport
from crm_sync.mirror.storing import delete_rows, in_steps, upsert_rows
from crm_sync.mirror.tables import merged_record, mirror_table

__all__ = ["Pages"]

Row = Mapping[str, Any]
# History objects are only ever added to and have no SystemModstamp.
_STAMPS = ("SystemModstamp", "CreatedDate")


class Pages:
    """The pages of one object from a cursor on. `seen` collects the Ids of living rows."""

    def __init__(
        self, name: str, fields: Mapping[str, Kind], cursor: Cursor, counts: ObjectReport
    ) -> None:
        self.name = name
        self.table: Table = mirror_table(name, fields)
        self.cursor = cursor.rewound()
        self.counts = counts
        self.seen: set[str] = set()
        self._known_up_to = cursor.stamp or ""
        self._stamp = next(each for each in _STAMPS if each in fields)
        self._converters = [(field, converter(kind)) for field, kind in fields.items()]
        self._stamp_place = list(fields).index(self._stamp)

    @property
    def count(self) -> str:
        """Return the SOQL that counts what there is to read."""
        return f"SELECT COUNT() FROM {self.name}{self.cursor.after(self._stamp)}"

    @property
    def query(self) -> str:
        """Return the SOQL that reads on from the cursor."""
        fields = ", ".join(field for field, _ in self._converters)
        after = self.cursor.after(self._stamp)
        return f"SELECT {fields} FROM {self.name}{after} ORDER BY {self._stamp}, Id"

    def store(self, connection: Connection, page: Sequence[Row], now: str) -> None:
        """Store a page and move the cursor to its end, in the caller's transaction."""
        gone = [row for row in page if row.get("IsDeleted")]
        rows = [self._values(row) for row in page if not row.get("IsDeleted")]
        changed = self._changed(connection, rows)
        upsert_rows(connection, self.table, changed)
        self.counts.deleted += delete_rows(connection, self.table, [row["Id"] for row in gone])
        self._note_merges(connection, gone, now)
        self._move(connection, page[-1], len(page))
        self.seen.update(row["Id"] for row in page if not row.get("IsDeleted"))
        self.counts.read += len(page)
        self.counts.upserted += len(changed)

    def _values(self, row: Row) -> tuple[Any, ...]:
        return tuple(convert(row.get(field)) for field, convert in self._converters)

    def _changed(
        self, connection: Connection, rows: Sequence[tuple[Any, ...]]
    ) -> list[tuple[Any, ...]]:
        """Return the rows that do not stand here already, value by value.

        Only rows at or below the stamp that was read to before can; Id comes first in a row. The
        stamp alone says too little: it has whole seconds, and a row may change twice in one.
        """
        place = self._stamp_place
        again = [row[0] for row in rows if row[place] <= self._known_up_to]
        stored = self._stored(connection, again)
        return [row for row in rows if stored.get(row[0]) != row]

    def _stored(self, connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
        query = select(*(self.table.c[field] for field, _ in self._converters))
        found: dict[str, tuple[Any, ...]] = {}
        for step in in_steps(ids):
            rows = connection.execute(query.where(self.table.c.Id.in_(step)))
            found.update((row[0], tuple(row)) for row in rows)
        return found

    def _note_merges(self, connection: Connection, gone: Iterable[Row], now: str) -> None:
        merges = [
            (row["Id"], self.name, row["MasterRecordId"], now)
            for row in gone
            if row.get("MasterRecordId")
        ]
        upsert_rows(connection, merged_record, merges)

    def _move(self, connection: Connection, last: Row, read: int) -> None:
        stamp = converter(Kind.INSTANT)(last[self._stamp])
        rows = self.cursor.rows + read
        self.cursor = replace(self.cursor, stamp=stamp, id=last["Id"], rows=rows)
        store_cursor(connection, self.name, self.cursor)
