"""All bulk jobs of a served org: made, run one after another in a thread, aborted, removed."""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import structlog

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.jobs.ingesting import ingest
from crm_sync.sandbox.jobs.job import Job, JobState
from crm_sync.sandbox.jobs.querying import export
from crm_sync.sandbox.jobs.result_file import ResultFile
from crm_sync.sandbox.jobs.stopping import Stopped
from crm_sync.sandbox.jobs.table import JobTable
from crm_sync.sandbox.org import Org
from crm_sync.sandbox.soql import SoqlError
from crm_sync.sandbox.values import instant

__all__ = ["Jobs"]

_SUFFIXES = ("csv", "in.csv", "successful.csv", "failed.csv", "unprocessed.csv")
_INTERRUPTED = "InternalServerError : The org was stopped while the job ran"
_log = structlog.get_logger()


class Jobs:
    """The jobs of one org; `close` ends the thread that runs them.

    A query job that a stop of the server interrupted runs again from its beginning; an ingest job
    fails, as some of its records may have been saved.
    """

    def __init__(self, org: Org) -> None:
        self.org = org
        self._table = JobTable(org)
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._changing = threading.RLock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        for job in [*self._table.all("query"), *self._table.all("ingest")]:
            self._take_up(job)

    def close(self) -> None:
        """Stop what runs and wait for it."""
        self._stopping.set()
        self._waiting.put(None)
        if self._thread:
            self._thread.join()

    def add(self, make: Callable[[str, str], Job]) -> Job:
        """Store the job that `make` returns for an id and the time; start it when it is ready."""
        job = make(self.org.new_id("750"), instant(self.org.clock()))
        self._table.save(job)
        if job.state is JobState.UPLOAD_COMPLETE:
            self._start(job)
        return job

    def find(self, kind: str, job_id: str) -> Job:
        """Return a job; raises OrgError NOT_FOUND."""
        found = self._table.find(kind, job_id)
        if found is None:
            raise OrgError("NOT_FOUND", "The requested resource does not exist")
        return found

    def all(self, kind: str) -> list[Job]:
        """Return all jobs of a kind, newest first."""
        return self._table.all(kind)

    def upload(self, job: Job, body: bytes) -> None:
        """Keep the data of an ingest job; raises OrgError when it is not the time for it."""
        if job.state is not JobState.OPEN or job.uploaded:
            raise _wrong_state(f"Job data cannot be uploaded when the job is {job.state}")
        self.file(job, "in.csv").write_bytes(body)
        self._change(job, uploaded=True)

    def set_state(self, job: Job, wanted: str) -> Job:
        """Abort a job, or start one whose data is complete; raises OrgError for another state."""
        with self._changing:
            job = self.find(job.kind, job.id)
            if wanted == JobState.ABORTED and not job.state.ended:
                return self._change(job, state=JobState.ABORTED)
            if wanted == JobState.UPLOAD_COMPLETE and job.state is JobState.OPEN:
                started = self._change(job, state=JobState.UPLOAD_COMPLETE)
                self._start(started)
                return started
        raise _wrong_state(f"A job that is {job.state} cannot become {wanted}")

    def remove(self, job: Job) -> None:
        """Remove a job and its files; raises OrgError while it may still change."""
        if not job.state.ended:
            raise _wrong_state(f"A job that is {job.state} cannot be deleted")
        self._table.remove(job.id)
        for suffix in _SUFFIXES:
            self.file(job, suffix).unlink(missing_ok=True)
        self.result(job).remove()

    def result(self, job: Job) -> ResultFile:
        """Return the rows that a query job found."""
        return ResultFile(self.file(job, "csv"))

    def file(self, job: Job, suffix: str) -> Path:
        """Return the path of one of a job's files."""
        folder = self.org.storage.folder
        folder.mkdir(exist_ok=True)
        return folder / f"{job.id}.{suffix}"

    def _take_up(self, job: Job) -> None:
        if job.kind == "ingest" and job.state is JobState.IN_PROGRESS:
            self._change(job, state=JobState.FAILED, error=_INTERRUPTED)
        elif job.state in {JobState.UPLOAD_COMPLETE, JobState.IN_PROGRESS}:
            self._start(job)

    def _start(self, job: Job) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run_all, name="bulk-jobs", daemon=True)
            self._thread.start()
        self._waiting.put(job.id)

    def _run_all(self) -> None:
        while (job_id := self._waiting.get()) is not None and not self._stopping.is_set():
            for kind in ("query", "ingest"):
                job = self._table.find(kind, job_id)
                if job is not None and not job.state.ended:
                    self._run(self._change(job, state=JobState.IN_PROGRESS))

    def _run(self, job: Job) -> None:
        began = time.monotonic()
        try:
            if job.kind == "query":
                done = export(self.org, job, self.result(job), self._report)
            else:
                done = ingest(self.org, job, lambda suffix: self.file(job, suffix), self._report)
        except Stopped:
            return
        except (OrgError, SoqlError, sqlite3.Error, OSError) as error:
            _log.warning("sandbox.job_failed", job=job.id, error=type(error).__name__)
            done = replace(job, state=JobState.FAILED, error=str(error))
        milliseconds = int((time.monotonic() - began) * 1000)
        with self._changing:
            if not self.find(job.kind, job.id).state.ended:
                self._change(done, milliseconds=milliseconds)

    def _report(self, job: Job) -> None:
        """Store how far a job is; raises Stopped when it must not go on."""
        with self._changing:
            if self._stopping.is_set() or self.find(job.kind, job.id).state.ended:
                raise Stopped
            self._change(job)

    def _change(self, job: Job, **changes: object) -> Job:
        changed = replace(job, **changes, changed=instant(self.org.clock()))  # type: ignore[arg-type]
        self._table.save(changed)
        return changed


def _wrong_state(message: str) -> OrgError:
    return OrgError("INVALIDJOBSTATE", message)
