"""Reading objects: pages in the order of (stamp, Id), each stored with the cursor at its end."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import Connection, Engine, func, select

from crm_sync.errors import CrmRefused, CrmUnreadable
from crm_sync.mirror.cursor import Cursor, load_cursor, store_cursor
from crm_sync.mirror.kinds import Kind, instant_text
from crm_sync.mirror.pages import Pages
from crm_sync.mirror.report import ObjectReport, SyncReport
from crm_sync.mirror.storing import delete_rows

if TYPE_CHECKING:
    from crm_sync.salesforce import Session

__all__ = ["Progress", "Reader"]

# Called with the object's name, the rows read so far, and how many there are to read.
Progress = Callable[[str, int, int], None]
_log = structlog.get_logger(__name__)


class Reader:
    """Reads objects of one org into one database, and keeps count in the report.

    `now` is the instant of the run in its database form; `late` how long a transaction in the org
    may last at most.
    """

    def __init__(
        self,
        session: "Session",
        engine: Engine,
        report: SyncReport,
        *,
        now: str,
        late: timedelta,
        progress: Progress,
    ) -> None:
        self._session = session
        self._engine = engine
        self._report = report
        self._now = now
        self._late = late
        self._progress = progress

    def read(self, name: str, fields: Mapping[str, Kind], *, full: bool) -> None:
        """Read what changed in an object, or all of it."""
        counts = self._report.objects.setdefault(name, ObjectReport())
        before = self._session.calls
        with self._engine.connect() as connection:
            cursor = load_cursor(connection, name, fields.keys())
        settled = self._settled()
        cursor = Cursor(fields=cursor.fields) if full else cursor
        if cursor.settled is None:
            # Known from the first page on: a reading that is killed goes back to here.
            cursor = replace(cursor, settled=settled)
        pages = Pages(name, fields, cursor, counts)
        total = self._session.count(pages.count, include_deleted=True)
        self._progress(name, 0, total)
        if total:
            self._read_all(pages, total)
        self._finish(pages, settled, full=full)
        counts.calls = self._session.calls - before

    def _settled(self) -> str | None:
        """Return the stamp up to which everything that a query finds now is all there will be."""
        time = self._session.server_time
        return instant_text(time - self._late) if time else None

    def _read_all(self, pages: Pages, total: int) -> None:
        counts = pages.counts
        for page in self._asked(pages):
            with self._engine.begin() as connection:
                pages.store(connection, page, self._now)
            _log.info("mirror.page_stored", object=pages.name, rows=len(page))
            self._progress(pages.name, counts.read, max(total, counts.read))
        if not counts.read:
            raise CrmUnreadable(
                f"The CRM counted {total} rows of {pages.name} and then gave none.",
                remedy="Nothing was changed here. Run again; if it stays, look at the org.",
            )

    def _asked(self, pages: Pages) -> Iterator[Sequence[Mapping[str, Any]]]:
        """Return pages; where a locator has died, ask again from the last row stored."""
        while True:
            start = pages.cursor
            try:
                for page in self._session.pages(pages.query, include_deleted=True):
                    if page:
                        yield page
            except CrmRefused as error:
                if error.code != "INVALID_QUERY_LOCATOR" or pages.cursor == start:
                    raise
                _log.warning("mirror.query_restarted", object=pages.name)
            else:
                return

    def _finish(self, pages: Pages, settled: str | None, *, full: bool) -> None:
        done = replace(pages.cursor, settled=settled, synced_at=self._now)
        with self._engine.begin() as connection:
            if full:
                self._remove_unseen(connection, pages)
            store_cursor(connection, pages.name, done)

    def _remove_unseen(self, connection: Connection, pages: Pages) -> None:
        """Remove what a full reading did not meet: it was deleted for good."""
        table = pages.table
        stored = connection.execute(select(func.count()).select_from(table)).scalar_one()
        gone = [key for key in connection.scalars(select(table.c.Id)) if key not in pages.seen]
        if len(gone) * 2 > stored:
            self._report.warnings.append(
                f"The org gave {len(pages.seen)} rows of {pages.name} and the mirror has {stored}: "
                f"too great a loss to believe, so {len(gone)} rows were kept."
            )
            return
        pages.counts.deleted += delete_rows(connection, table, gone)
