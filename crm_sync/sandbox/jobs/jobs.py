"""All bulk jobs of a served org: made, given their data, aborted, removed."""

from collections.abc import Callable
from dataclasses import replace

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.faults import FaultPlan
from crm_sync.sandbox.jobs.job import Job, JobState
from crm_sync.sandbox.jobs.runner import Runner
from crm_sync.sandbox.jobs.store import JobStore
from crm_sync.sandbox.org import Org
from crm_sync.sandbox.values import instant

__all__ = ["Jobs"]

_FAILED = "InternalServerError : Unable to complete the job"
_INTERRUPTED = "InternalServerError : The org was stopped while the job ran"


class Jobs:
    """The jobs of one org, which run as planned faults let them; `close` stops the one that runs.

    A query job that a stop of the server interrupted runs again from its beginning; an ingest job
    fails, as some of its records may have been saved.
    """

    def __init__(self, org: Org, faults: FaultPlan) -> None:
        self.org = org
        self.store = JobStore(org)
        self._runner = Runner(org, self.store, faults)
        for job in [*self.store.all("query"), *self.store.all("ingest")]:
            self._take_up(job)

    def close(self) -> None:
        """Stop what runs and wait for it."""
        self._runner.close()

    def add(self, make: Callable[[str, str], Job]) -> Job:
        """Store the job that `make` returns for an id and the time; start it when it is ready."""
        job = make(self.org.new_id("750"), instant(self.org.clock()))
        self.store.save(job)
        if job.state is JobState.UPLOAD_COMPLETE:
            self._runner.start(job)
        return job

    def find(self, kind: str, job_id: str) -> Job:
        """Return a job; raises OrgError NOT_FOUND."""
        found = self.store.find(kind, job_id)
        if found is None:
            raise OrgError("NOT_FOUND", "The requested resource does not exist")
        return found

    def upload(self, job: Job, body: bytes) -> None:
        """Keep the data of an ingest job; raises OrgError when it is not the time for it."""
        if job.state is not JobState.OPEN or job.uploaded:
            raise _wrong_state(f"Job data cannot be uploaded when the job is {job.state}")
        self.store.file(job, "in.csv").write_bytes(body)
        self.store.save(replace(job, uploaded=True))

    def set_state(self, job: Job, wanted: str) -> Job:
        """Abort a job, or start one whose data is complete; raises OrgError for another state."""
        with self.org.storage.alone():
            job = self.find(job.kind, job.id)
            if wanted == JobState.ABORTED and not job.state.ended:
                return self.store.save(replace(job, state=JobState.ABORTED))
            if wanted == JobState.UPLOAD_COMPLETE and job.state is JobState.OPEN:
                started = self.store.save(replace(job, state=JobState.UPLOAD_COMPLETE))
                self._runner.start(started)
                return started
        raise _wrong_state(f"A job that is {job.state} cannot become {wanted}")

    def remove(self, job: Job) -> None:
        """Remove a job and its files; raises OrgError while it may still change."""
        if not job.state.ended:
            raise _wrong_state(f"A job that is {job.state} cannot be deleted")
        self.store.remove(job)

    def end(self, kind: str, job_id: str, how: str) -> None:
        """Let a job be Failed or Aborted, or `gone` altogether, whatever it was before."""
        with self.org.storage.alone():
            job = self.store.find(kind, job_id)
            if job is not None and how == "gone":
                self.store.remove(job)
            elif job is not None:
                error = _FAILED if how == JobState.FAILED else ""
                self.store.save(replace(job, state=JobState(how), error=error))

    def _take_up(self, job: Job) -> None:
        if job.kind == "ingest" and job.state is JobState.IN_PROGRESS:
            self.store.save(replace(job, state=JobState.FAILED, error=_INTERRUPTED))
        elif job.state in {JobState.UPLOAD_COMPLETE, JobState.IN_PROGRESS}:
            self._runner.start(job)


def _wrong_state(message: str) -> OrgError:
    return OrgError("INVALIDJOBSTATE", message)
