"""The results of a bulk job as frames, from any of its pages on."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Protocol, TypeVar

import polars as pl
import structlog

from crm_sync.errors import CrmRefused, CrmUnreachable
from crm_sync.mirror.frames import frame_of_csv
from crm_sync.mirror.jobs import Job
from crm_sync.mirror.kinds import Kind
from crm_sync.mirror.ways import Pace
from crm_sync.salesforce import BULK_PAGE_ROWS
from crm_sync.salesforce.bulk import begin_job, drop_job, fetch_page, job_state

if TYPE_CHECKING:
    from crm_sync.salesforce import Session

__all__ = ["BulkReader", "JobLost"]

T = TypeVar("T")
_PATIENCE_S = 3_600.0
_FIRST_PAUSE_S, _LONGER, _LONGEST_PAUSE_S = 0.1, 1.25, 15.0
# The first page tells what rows weigh; a row may hold long texts.
_FIRST_ROWS = 2_000
_PAGE_BYTES = 8_000_000
_GONE = frozenset({"NOT_FOUND", "INVALID_QUERY_LOCATOR", "INVALIDJOB", "INVALIDJOBSTATE"})
_log = structlog.get_logger(__name__)


class JobLost(Exception):
    """A job gives no results (any more). `refused`: what the org said."""

    def __init__(self, refused: CrmRefused) -> None:
        super().__init__(str(refused))
        self.refused = refused


class _Asked(Protocol):
    include_deleted: bool
    fields: Mapping[str, Kind]
    settled: str | None


class BulkReader:
    """Reads jobs of one org."""

    def __init__(self, session: "Session", pace: Pace) -> None:
        self._session, self._pace = session, pace

    def begin(self, reading: _Asked, soql: str) -> Job:
        """Begin a job. Raises CrmRefused when the org makes none of it."""
        job = begin_job(self._session, soql, include_deleted=reading.include_deleted)
        return Job(job, frozenset(reading.fields), reading.settled)

    def wait(self, job: Job) -> int:
        """Wait until the results are there and return how many rows they have.

        Raises JobLost when there will be none, CrmUnreachable when it takes too long: the job
        goes on in the org, and a later run with it.
        """
        begun, pause = monotonic(), _FIRST_PAUSE_S
        while True:
            state = _asked(partial(job_state, self._session, job.id))
            if state.done:
                self._pace.saw_bulk_wait(monotonic() - begun)
                return state.rows
            if not state.running:
                raise JobLost(_ended(job, state.state, state.message))
            if monotonic() - begun > _PATIENCE_S:
                raise _too_slow(job)
            self._session.sleep(pause)
            pause = min(pause * _LONGER, _LONGEST_PAUSE_S)

    def pages(
        self, job: Job, fields: Mapping[str, Kind]
    ) -> Iterator[tuple[pl.DataFrame, str | None]]:
        """Return rows and the locator of those that follow, from the job's place on."""
        locator, rows = job.locator, _FIRST_ROWS
        while True:
            begun = monotonic()
            page = _asked(partial(fetch_page, self._session, job.id, locator, rows))
            self._pace.saw_bulk_page(monotonic() - begun)
            locator = page.following
            yield frame_of_csv(page.csv, fields, page.rows, f"the bulk job {job.id}"), locator
            if locator is None:
                return
            rows = _as_many_as_fit(len(page.csv), page.rows)

    def drop(self, job: Job) -> None:
        """Clear a job away."""
        drop_job(self._session, job.id)


def _asked(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except CrmRefused as error:
        if error.code in _GONE:
            raise JobLost(error) from error
        raise


def _as_many_as_fit(size: int, rows: int) -> int:
    return max(1, min(BULK_PAGE_ROWS, _PAGE_BYTES * max(rows, 1) // max(size, 1)))


def _ended(job: Job, state: str, message: str | None) -> CrmRefused:
    _log.warning("mirror.job_lost", job=job.id, state=state)
    return CrmRefused(
        f"The org ended a bulk job ({state}): {message or 'it gives no reason'}",
        code=state.upper(),
        where=f"the bulk job {job.id}",
        remedy="Look at Bulk Data Load Jobs in the org's setup; run again, it begins a new one.",
    )


def _too_slow(job: Job) -> CrmUnreachable:
    return CrmUnreachable(
        f"The org has been at work on a bulk job for {_PATIENCE_S / 60:.0f} minutes.",
        where=f"the bulk job {job.id}",
        remedy="Run again later: it goes on with this job.",
    )
