"""When a walk over all of an object is due, and walking it to the end."""

from dataclasses import replace

from crm_sync.mirror.cursor import Cursor, load_cursor, store_cursor
from crm_sync.mirror.deletions import Told
from crm_sync.mirror.report import ObjectReport
from crm_sync.mirror.run import Run
from crm_sync.mirror.walk_record import Walked, load_walked, store_walked
from crm_sync.mirror.walking import Walk

__all__ = ["Walker"]


class Walker:
    """Walks over objects of one org."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def demand(self, name: str) -> None:
        """Make a walk due, whatever was compared before, even if this run is killed."""
        self._run.fetcher.drop(name, "walk")
        with self._run.engine.begin() as connection:
            walked = load_walked(connection, name) or Walked()
            store_walked(connection, name, replace(walked, place=None, compared_at=None))

    def walk_if_due(self, name: str, told: Told, counts: ObjectReport) -> None:
        """Walk over an object where there is a reason; put right and report what differs."""
        with self._run.engine.connect() as connection:
            walked = load_walked(connection, name) or Walked()
            cursor = load_cursor(connection, name) or Cursor()
        unread = frozenset(self._run.kinds(name)) - cursor.fields
        calculated = self._calculated(name, walked)
        due = self._run.options.is_due(walked.compared_at, self._run.options.compare_every)
        if not (unread or calculated or due or walked.under_way or not told.complete):
            return
        wanted = tuple(sorted(unread | calculated))
        if not walked.under_way or not set(wanted) <= set(walked.fields):
            self._run.fetcher.drop(name, "walk")
            walked = walked.begun(wanted, cursor.settled, self._run.options.now_text)
            walk = Walk(self._run, name, walked)
        else:
            walk = Walk(self._run, name, walked, walked.mark or "")
        self._walk(walk, cursor, counts)

    def _calculated(self, name: str, walked: Walked) -> frozenset[str]:
        """Return the fields that change without a stamp, where it is time to read them."""
        options = self._run.options
        due = options.is_due(walked.refreshed_at, options.refresh_every)
        return self._run.calculated(name) if due else frozenset()

    def _walk(self, walk: Walk, cursor: Cursor, counts: ObjectReport) -> None:
        name = walk.name
        for page in self._run.fetcher.pages(walk):
            walk.store(page)
        refreshed = self._run.calculated(name) <= set(walk.walked.fields)
        walk.end(refreshed=refreshed)
        self._note(walk, counts)
        with self._run.engine.begin() as connection:
            if walk.too_many_missed:
                store_cursor(connection, name, Cursor(fields=frozenset(self._run.kinds(name))))
            else:
                read = cursor.fields | set(walk.walked.fields)
                store_cursor(connection, name, replace(cursor, fields=read))

    def _note(self, walk: Walk, counts: ObjectReport) -> None:
        done = walk.walked
        counts.upserted, counts.deleted = counts.upserted + walk.came, counts.deleted + walk.removed
        counts.mended += done.mended
        counts.ids_match = done.org_digest == done.here_digest
        if walk.too_many_missed:
            self._run.warn(
                walk.name,
                f"Thousands of rows of {walk.name} were missing here (a change of rights, perhaps):"
                " the next run reads the object from its beginning.",
            )
        elif not walk.believable:
            self._run.warn(
                walk.name,
                f"The org gave {done.org_rows} rows of {walk.name} and the mirror has "
                f"{done.here_rows}: too great a loss to believe, so what is only here was kept.",
            )
