"""What query and ingest jobs have in common over HTTP: how they are shown, listed and ended."""

from collections.abc import Mapping
from typing import Any

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.http.call import Call, Reply, json_reply
from crm_sync.sandbox.jobs import Job
from crm_sync.sandbox.jobs.job import DELIMITERS, ENDINGS

__all__ = ["CSV", "asked", "listing", "made", "progress", "removed", "shown", "stated"]

CSV = "text/csv; charset=UTF-8"


def asked(call: Call, operations: frozenset[str]) -> dict[str, Any]:
    """Return the body of a request for a job; raises OrgError for what no job can have."""
    body = call.json_object()
    _one_of(body, "operation", operations, None)
    _one_of(body, "columnDelimiter", DELIMITERS.keys(), "COMMA")
    _one_of(body, "lineEnding", ENDINGS.keys(), "LF")
    _one_of(body, "contentType", {"CSV"}, "CSV")
    return body


def made(call: Call, body: Mapping[str, Any], kind: str, sobject: str, **own: Any) -> Job:
    """Make the job that a request asks for and return it; `own` is what only its kind has."""

    def make(job_id: str, now: str) -> Job:
        return Job(
            id=job_id,
            kind=kind,
            operation=body["operation"],
            sobject=sobject,
            user_id=call.user_id,
            version=call.version,
            created=now,
            changed=now,
            delimiter=body["columnDelimiter"],
            ending=body["lineEnding"],
            **own,
        )

    return call.server.jobs.add(make)


def shown(job: Job) -> dict[str, Any]:
    """Return a job as the answer to its creation shows it."""
    body: dict[str, Any] = {
        "id": job.id,
        "operation": job.operation,
        "object": job.sobject,
        "createdById": job.user_id,
        "createdDate": job.created,
        "systemModstamp": job.changed,
        "state": job.state,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(job.version),
        "lineEnding": job.ending,
        "columnDelimiter": job.delimiter,
    }
    return body | ({"errorMessage": job.error} if job.error else {})


def progress(job: Job) -> dict[str, Any]:
    """Return a job as it is shown while it runs and afterwards."""
    kind = "V2Query" if job.kind == "query" else "V2Ingest"
    return shown(job) | {
        "jobType": kind,
        "numberRecordsProcessed": job.processed,
        "retries": 0,
        "totalProcessingTime": job.milliseconds,
    }


def stated(call: Call, kind: str) -> Job:
    """Give a job the state that the body asks for and return it; raises OrgError."""
    jobs = call.server.jobs
    job = jobs.find(kind, call.parts["id"])
    return jobs.set_state(job, str(call.json_object().get("state")))


def removed(call: Call, kind: str) -> Reply:
    """Remove a job that has ended: 204."""
    jobs = call.server.jobs
    jobs.remove(jobs.find(kind, call.parts["id"]))
    return Reply(204)


def listing(call: Call, kind: str) -> Reply:
    """List all jobs of a kind, newest first."""
    records = [progress(each) for each in call.server.jobs.store.all(kind)]
    return json_reply({"done": True, "records": records, "nextRecordsUrl": None})


def _one_of(body: dict[str, Any], name: str, allowed: Any, default: str | None) -> None:
    if body.setdefault(name, default) not in allowed:
        known = ", ".join(sorted(allowed))
        message = f"{name}: bad value {body[name]!r}; one of {known}"
        raise OrgError("INVALIDJOB", message)
