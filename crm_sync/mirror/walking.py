"""A walk over all of an object in the order of Id, the org's rows beside ours, a page at a time.

It finds what no stamp tells: rows deleted for good, rows that were missed, and the values of
fields that change without a stamp or are new here.
"""

from dataclasses import replace
from hashlib import sha256

import polars as pl
import structlog
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, select

from crm_sync.errors import CrmUnreadable
from crm_sync.mirror.drift import Kinds
from crm_sync.mirror.frames import frame_of_rows
from crm_sync.mirror.jobs import Purpose, keep_place
from crm_sync.mirror.loading import set_columns, upsert_staged
from crm_sync.mirror.page import Page
from crm_sync.mirror.run import Run
from crm_sync.mirror.staging import prepare, staged
from crm_sync.mirror.storing import in_steps
from crm_sync.mirror.tables import mirror_table
from crm_sync.mirror.walk_record import Walked, store_walked
from crm_sync.mirror.window import stamp_of
from crm_sync.salesforce import chunks_of_literals

__all__ = ["Walk"]

# Beyond so many rows missing in a page, reading the object anew is cheaper than asking by Id.
_MOST_MISSED = 2_000
_NEVER = "9999-12-31T00:00:00.000Z"
_log = structlog.get_logger(__name__)


class Walk:
    """A walk over an object, from where its record says.

    Only rows stamped before `mark` are touched. A walk that goes on with pages of an earlier run
    takes its record's mark: rows behind it may have been read later than the org's pages were. For
    one that begins now, the org is asked after everything here was read.
    """

    purpose: Purpose = "walk"
    include_deleted = False
    settled: str | None = None

    def __init__(self, run: Run, name: str, walked: Walked, mark: str = _NEVER) -> None:
        self.name, self.walked, self._mark = name, walked, mark
        self.too_many_missed = False
        self.came = self.removed = 0
        self._run, self._known = run, run.kinds(name)
        self.fields: Kinds = {field: self._known[field] for field in ("Id", *walked.fields)}
        self.table: Table = mirror_table(name, self._known)
        self._here = run.rows_here(name)
        self._stamp = self.table.c[stamp_of(self._known)]

    @property
    def soql(self) -> str:
        """Return the SOQL that reads on from the walk's place."""
        return f"SELECT {', '.join(self.fields)} FROM {self.name}{self._after} ORDER BY Id"

    @property
    def count(self) -> str | None:
        """Return the SOQL that counts what is still to be compared."""
        return f"SELECT COUNT() FROM {self.name}{self._after}"

    @property
    def _after(self) -> str:
        return f" WHERE Id > '{self.walked.place}'" if self.walked.place else ""

    @property
    def total(self) -> int:
        """Return how many rows the org had when the walk began."""
        return self.walked.expected or 0

    @total.setter
    def total(self, rows: int) -> None:
        if self.walked.expected is None:
            self.walked = replace(self.walked, expected=rows)

    @property
    def believable(self) -> bool:
        """Tell whether the org has enough rows for the others to be taken for deleted."""
        return self.total * 2 >= self._here

    def store(self, page: Page) -> None:
        """Compare a page with ours, put right what differs, and move on.

        What is missing here is fetched first; the rest is one transaction.
        """
        ids = page.rows["Id"]
        if not ids.is_sorted() or (self.walked.place and ids[0] <= self.walked.place):
            raise CrmUnreadable(
                f"The org gives the Ids of {self.name} in another order than theirs.",
                remedy="Nothing of this page was changed. Report it: it is not what we know.",
            )
        missed = self._fetch_missed(ids)
        self.came += missed
        with staged(self._run.engine, page.prepared, self.table.name) as connection:
            if names := self.walked.fields:
                stamp, mark = self._stamp.name, self._mark
                self.came += set_columns(connection, self.table, names, stamp=stamp, mark=mark)
            self._settle(connection, ids, ids[-1], missed)
            keep_place(connection, self.name, self.purpose, page.job)

    def end(self, *, refreshed: bool) -> None:
        """Compare what lies behind the last page, and note the end."""
        with self._run.engine.begin() as connection:
            self._settle(connection, pl.Series("Id", [], dtype=pl.String), None, 0)
            self.walked = self.walked.ended(refreshed=refreshed)
            store_walked(connection, self.name, self.walked)

    def _fetch_missed(self, theirs: pl.Series) -> int:
        """Fetch the rows of a page that the org has and we lack; return how many came."""
        with self._run.engine.connect() as connection:
            ours = self._ours(connection, theirs[-1])
        missed = theirs.filter(~theirs.is_in(ours.implode())).to_list()
        if len(missed) > _MOST_MISSED:
            self.too_many_missed = True
            return 0
        names, came = ", ".join(self._known), 0
        for literals in chunks_of_literals(missed):
            soql = f"SELECT {names} FROM {self.name} WHERE Id IN ({literals})"
            for rows in self._run.session.pages(soql):
                page = prepare(self._run.engine, frame_of_rows(rows, self._known))
                with staged(self._run.engine, page, self.table.name) as connection:
                    came += upsert_staged(connection, self.table)
        return came

    def _settle(
        self, connection: Connection, theirs: pl.Series, last: str | None, missed: int
    ) -> None:
        """Remove what only we have, and count both sides as they are then."""
        ours = self._ours(connection, last)
        if self.believable:
            gone = ours.filter(~ours.is_in(theirs.implode())).to_list()
            removed = self._remove(connection, gone)
            self.removed, missed = self.removed + removed, missed + removed
            ours = self._ours(connection, last) if gone else ours
        self._move(connection, theirs, ours, last, missed)

    def _ours(self, connection: Connection, last: str | None) -> pl.Series:
        rows = select(self.table.c.Id).where(self._between(last)).order_by(self.table.c.Id)
        return pl.Series("Id", connection.scalars(rows).all(), dtype=pl.String)

    def _between(self, last: str | None) -> ColumnElement[bool]:
        after = self.table.c.Id > (self.walked.place or "")
        return after if last is None else and_(after, self.table.c.Id <= last)

    def _remove(self, connection: Connection, gone: list[str]) -> int:
        removed = 0
        for step in in_steps(gone):
            old = and_(self.table.c.Id.in_(step), self._stamp < self._mark)
            removed += connection.execute(delete(self.table).where(old)).rowcount
        return removed

    def _move(
        self,
        connection: Connection,
        theirs: pl.Series,
        ours: pl.Series,
        last: str | None,
        mended: int,
    ) -> None:
        self.walked = replace(
            self.walked,
            place=last or self.walked.place,
            org_rows=self.walked.org_rows + theirs.len(),
            here_rows=self.walked.here_rows + ours.len(),
            org_digest=_digest(self.walked.org_digest, theirs),
            here_digest=_digest(self.walked.here_digest, ours),
            mended=self.walked.mended + mended,
        )
        store_walked(connection, self.name, self.walked)
        if mended:
            _log.info("mirror.walk_mended", object=self.name, rows=mended)


def _digest(before: str, ids: pl.Series) -> str:
    """Return the digest of all Ids so far; both sides are cut at the same Ids."""
    return sha256((before + "".join(ids)).encode()).hexdigest() if ids.len() else before
