"""One object brought up to date: what was deleted, the window, and a walk where one is due."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from crm_sync.errors import CrmUnreadable
from crm_sync.mirror.cursor import Cursor, load_cursor, store_cursor
from crm_sync.mirror.deletions import Told, ask_deleted
from crm_sync.mirror.kinds import instant_text
from crm_sync.mirror.report import ObjectReport
from crm_sync.mirror.run import Run
from crm_sync.mirror.storing import delete_rows
from crm_sync.mirror.tables import mirror_table
from crm_sync.mirror.walk_record import Walked, store_walked
from crm_sync.mirror.walks import Walker
from crm_sync.mirror.window import Window

__all__ = ["Reader"]

_log = structlog.get_logger(__name__)


class Reader:
    """Reads objects of one org into one database, and keeps count in the report."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._walker = Walker(run)

    def read(self, name: str) -> None:
        """Bring one object up to date."""
        counts = self._run.report.objects.setdefault(name, ObjectReport())
        before = self._run.session.calls
        stored = self._stored(name)
        told = self._ask(name, stored)
        cursor = self._start(name, stored, told)
        cursor, by_job = self._read_window(name, cursor, told, counts)
        if by_job:  # it shows the org as it was when it began, maybe days ago
            since = self._ask(name, cursor)
            cursor, _ = self._read_window(name, cursor, since, counts)
            told = replace(told, complete=told.complete and since.complete)
        self._finish(name, cursor, first=stored is None)
        self._walker.walk_if_due(name, told, counts)
        counts.calls += self._run.session.calls - before

    def _stored(self, name: str) -> Cursor | None:
        """Return the cursor to go on from; None to read everything."""
        if self._run.options.full:
            self._run.fetcher.drop(name, "window")
            self._walker.demand(name)
            return None
        with self._run.engine.connect() as connection:
            return load_cursor(connection, name)

    def _ask(self, name: str, stored: Cursor | None) -> Told:
        since = stored.settled if stored else None
        return ask_deleted(
            self._run.session, self._run.layout.descriptions[name], since, self._run.options.late
        )

    def _remove(self, name: str, ids: Sequence[str], counts: ObjectReport) -> None:
        """Remove what was deleted; what was taken out of the bin since comes with the window."""
        if ids:
            table = mirror_table(name, self._run.kinds(name))
            with self._run.engine.begin() as connection:
                counts.deleted += delete_rows(connection, table, ids)

    def _start(self, name: str, stored: Cursor | None, told: Told) -> Cursor:
        """Return where the window begins."""
        if stored is None or stored.stamp is None:
            # Known from the first page on: a reading that is killed goes back to here.
            return Cursor(settled=told.settled, fields=frozenset(self._run.kinds(name)))
        start = stored.settled
        if start and told.settled and told.settled < start:
            start = told.settled  # the org's clock was set back a little
        since = self._run.options.since
        if since and (start is None or instant_text(since) < start):
            start = instant_text(since)
        return replace(stored, settled=start)

    def _read_window(
        self, name: str, cursor: Cursor, told: Told, counts: ObjectReport
    ) -> tuple[Cursor, bool]:
        """Remove what was deleted and read the window; return whether a job brought its rows."""
        self._remove(name, told.ids, counts)
        window = Window(name, self._run.kinds(name), cursor, counts, settled=told.settled)
        by_job = self._store_pages(window)
        return replace(window.cursor, settled=window.settled), by_job

    def _store_pages(self, window: Window) -> bool:
        """Store the window's pages; return whether a job brought them."""
        read_before, by_job = window.counts.read, False
        progress = self._run.options.progress
        for page in self._run.fetcher.pages(window):
            read = window.counts.read - read_before
            if not read:
                progress(window.name, 0, window.total)
            window.store(self._run.engine, page, self._run.options.now_text)
            read = window.counts.read - read_before
            _log.info("mirror.page_stored", object=window.name, rows=page.rows.height)
            progress(window.name, read, max(window.total, read))
            by_job = by_job or page.by_job
        if window.total and window.counts.read == read_before:
            raise CrmUnreadable(
                f"The CRM counted {window.total} rows of {window.name} and then gave none.",
                remedy="Nothing was changed here. Run again; if it stays, look at the org.",
            )
        return by_job

    def _finish(self, name: str, cursor: Cursor, *, first: bool) -> None:
        """Note that everything is read; a field that has vanished counts as unread from now."""
        fields = cursor.fields & frozenset(self._run.kinds(name))
        done = replace(cursor, synced_at=self._run.options.now_text, fields=fields)
        with self._run.engine.begin() as connection:
            store_cursor(connection, name, done)
            if first and not self._run.options.full:
                store_walked(connection, name, Walked.everything_read(self._run.options.now))
