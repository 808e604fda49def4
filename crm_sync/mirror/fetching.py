"""Pages of a reading, by the way that is cheaper; a query or job that is lost is asked anew."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Protocol

import structlog
from sqlalchemy import Engine

from crm_sync.errors import CrmLimitReached, CrmRefused
from crm_sync.mirror.ahead import ahead
from crm_sync.mirror.bulk_reading import BulkReader, JobLost
from crm_sync.mirror.frames import frame_of_rows
from crm_sync.mirror.jobs import Job, Purpose, forget_job, load_job, store_job
from crm_sync.mirror.kinds import Kind
from crm_sync.mirror.page import Page
from crm_sync.mirror.ways import Pace, Way, fits_a_request

if TYPE_CHECKING:
    from crm_sync.salesforce import Session
    from crm_sync.salesforce.session import Query

__all__ = ["Fetcher", "Reading"]

_log = structlog.get_logger(__name__)
# The other way may do what this one cannot.
_TOO_MUCH_FOR_REST = frozenset({"HTTP_414", "HTTP_431", "QUERY_TIMEOUT", "QUERY_TOO_COMPLICATED"})


class Reading(Protocol):
    """What is read of an object: `soql` asks for what is still to come, however far it has got."""

    name: str
    purpose: Purpose
    include_deleted: bool
    fields: Mapping[str, Kind]
    settled: str | None
    total: int

    @property
    def soql(self) -> str:
        """SOQL that asks for the rows to come, in their order."""

    @property
    def count(self) -> str | None:
        """SOQL that counts the rows to come; None when they are probably few."""


class Fetcher:
    """Fetches pages from one org. `way`: always this one, where it is possible."""

    def __init__(self, session: "Session", engine: Engine, pace: Pace, way: Way | None) -> None:
        self._session, self._engine, self._pace, self._way = session, engine, pace, way
        self._bulk = BulkReader(session, pace)
        self._read_up: Job | None = None

    def pages(self, reading: Reading) -> Iterator[Page]:
        """Return pages; store each before taking the next. A lost query is asked anew.

        The page after is fetched meanwhile. Raises CrmError when nothing can be read.
        """
        job = self._under_way(reading)
        failed_at = ""
        while True:
            soql = reading.soql
            try:
                pages = self._by_job(reading, job) if job else self._anew(reading, soql)
                # A walk asks the org between pages too, and a session is for one thread.
                yield from ahead(pages, Page.close) if reading.purpose == "window" else pages
                self._clear(reading)
                return
            except JobLost as lost:
                self._forget(reading)
                _again_or_raise(lost.refused, soql, failed_at)
            except CrmRefused as error:
                if error.code != "INVALID_QUERY_LOCATOR":
                    raise
                _again_or_raise(error, soql, failed_at)
            _log.warning("mirror.query_restarted", object=reading.name, purpose=reading.purpose)
            job, failed_at = None, soql

    def drop(self, name: str, purpose: Purpose) -> None:
        """Give up a job that an earlier run left."""
        with self._engine.begin() as connection:
            job = load_job(connection, name, purpose)
            forget_job(connection, name, purpose)
        if job:
            self._bulk.drop(job)

    def plan(self, rows: int, soql: str) -> Way:
        """Return the way in which so many rows would be read."""
        if self._way and (self._way is Way.BULK or fits_a_request(soql)):
            return self._way
        return self._pace.way(rows, soql, self._session.allowance.left)

    def _under_way(self, reading: Reading) -> Job | None:
        with self._engine.connect() as connection:
            job = load_job(connection, reading.name, reading.purpose)
        if job is None or job.fields == frozenset(reading.fields):
            return job
        self.drop(reading.name, reading.purpose)
        return None

    def _anew(self, reading: Reading, soql: str) -> Iterator[Page]:
        counted, rows = reading.count, 0
        if counted:
            rows = self._session.count(counted, include_deleted=reading.include_deleted)
            reading.total = rows
            if not rows:
                return
        if self.plan(rows, soql) is Way.BULK:
            yield from self._by_new_job(reading, soql)
        else:
            yield from self._by_rest(reading, soql)

    def _by_rest(self, reading: Reading, soql: str) -> Iterator[Page]:
        try:
            answer = self._ask(reading, soql)
        except CrmRefused as error:
            if error.code not in _TOO_MUCH_FOR_REST or self._way is Way.REST:
                raise
            yield from self._by_new_job(reading, soql)
            return
        if self.plan(answer.total, soql) is Way.BULK:
            yield from self._by_new_job(reading, soql)
            return
        yield from self._pages_of(reading, answer)

    def _by_new_job(self, reading: Reading, soql: str) -> Iterator[Page]:
        try:
            job = self._bulk.begin(reading, soql)
        except CrmRefused as error:
            if error.retryable or isinstance(error, CrmLimitReached) or not fits_a_request(soql):
                raise
            _log.warning("mirror.bulk_refused", object=reading.name, code=error.code)
            yield from self._pages_of(reading, self._ask(reading, soql))
            return
        with self._engine.begin() as connection:
            store_job(connection, reading.name, reading.purpose, job)
        yield from self._by_job(reading, job)

    def _ask(self, reading: Reading, soql: str) -> "Query":
        answer = self._session.query(soql, include_deleted=reading.include_deleted)
        reading.total = answer.total
        return answer

    def _pages_of(self, reading: Reading, answer: "Query") -> Iterator[Page]:
        begun = monotonic()
        for rows in answer.pages:
            self._pace.saw_rest_page(monotonic() - begun)
            if rows:
                yield Page.of(self._engine, frame_of_rows(rows, reading.fields, reading.name))
            begun = monotonic()

    def _by_job(self, reading: Reading, job: Job) -> Iterator[Page]:
        reading.settled = job.settled
        reading.total = self._bulk.wait(job)
        self._read_up = job
        for rows, locator in self._bulk.pages(job, reading.fields):
            if not rows.height:
                continue
            following = replace(job, locator=locator) if locator else None
            yield Page.of(self._engine, rows, following, by_job=True)

    def _clear(self, reading: Reading) -> None:
        """Clear away the job whose last page is stored, if there was one."""
        job, self._read_up = self._read_up, None
        if job:
            self._forget(reading)
            self._bulk.drop(job)

    def _forget(self, reading: Reading) -> None:
        with self._engine.begin() as connection:
            forget_job(connection, reading.name, reading.purpose)


def _again_or_raise(error: CrmRefused, soql: str, failed_at: str) -> None:
    """Let it be tried once more from the same place, and on from any other."""
    if soql == failed_at:
        raise error
