"""The thread that runs bulk jobs, one after another."""

import queue
import sqlite3
import threading
import time
from dataclasses import replace

import structlog

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.faults import FaultPlan
from crm_sync.sandbox.jobs.ingesting import ingest
from crm_sync.sandbox.jobs.job import Job, JobState
from crm_sync.sandbox.jobs.querying import export
from crm_sync.sandbox.jobs.stopping import Stopped
from crm_sync.sandbox.jobs.store import JobStore
from crm_sync.sandbox.org import Org
from crm_sync.sandbox.refusing import refusing
from crm_sync.sandbox.soql import SoqlError

__all__ = ["Runner"]

_GLANCE_S = 0.05
_log = structlog.get_logger()


class Runner:
    """Runs jobs in the order in which they are started, from the first one on, until `close`."""

    def __init__(self, org: Org, store: JobStore, faults: FaultPlan) -> None:
        self._org = org
        self._faults = faults
        self._store = store
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, job: Job) -> None:
        """Let a job run when its turn comes."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run_all, name="bulk-jobs", daemon=True)
            self._thread.start()
        self._waiting.put(job)

    def close(self) -> None:
        """Stop the job that runs, and wait for that."""
        self._stopping.set()
        self._waiting.put(None)
        if self._thread:
            self._thread.join()

    def _run_all(self) -> None:
        while (job := self._waiting.get()) is not None and not self._stopping.is_set():
            try:
                began = time.monotonic()
                done = self._run(self._changed(replace(job, state=JobState.IN_PROGRESS)))
                milliseconds = int((time.monotonic() - began) * 1000)
                self._changed(replace(done, milliseconds=milliseconds))
            except Stopped:
                if self._store.find(job.kind, job.id) is None:
                    self._store.remove_files(job)

    def _run(self, job: Job) -> Job:
        """Run a job to its end, as planned faults let it, and return it; raises Stopped."""
        action = self._faults.meet("RUN", f"/jobs/{job.kind}/{job.id}", {job.sobject.lower()})
        if action is None:
            return self._done(job)
        self._wait(job, action.slow or 0)
        if action.error:
            error = f"{action.error}: {action.refusal.message}"
            return replace(job, state=JobState.FAILED, error=error)
        if action.rows is None:
            return self._done(job)
        with refusing(action.rows.refusal, action.rows.every):
            return self._done(job)

    def _wait(self, job: Job, seconds: float) -> None:
        """Let a job be in progress for a while, unless it is stopped."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._changed(job)
            self._stopping.wait(_GLANCE_S)

    def _done(self, job: Job) -> Job:
        try:
            if job.kind == "query":
                return export(self._org, job, self._store.result(job), self._changed)
            return ingest(
                self._org, job, lambda suffix: self._store.file(job, suffix), self._changed
            )
        except (OrgError, SoqlError) as error:
            reason = f"{error.code}: {error.message}"
        except (sqlite3.Error, OSError) as error:
            reason = f"InternalServerError : {error}"
        _log.warning("sandbox.job_failed", job=job.id)
        return replace(job, state=JobState.FAILED, error=reason)

    def _changed(self, job: Job) -> Job:
        """Store how far a job is; raises Stopped when it must not go on, or is no more."""
        with self._org.storage.alone():
            known = self._store.find(job.kind, job.id)
            if known is None or known.state.ended or self._stopping.is_set():
                raise Stopped
            return self._store.save(job)
