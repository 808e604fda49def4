"""Bulk API 2.0 ingest jobs: make one, PUT its data, say that it is complete, read what became."""

from typing import Any

from crm_sync.sandbox.checks import key_field
from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.http import bulk_jobs
from crm_sync.sandbox.http.call import Call, Reply, json_reply
from crm_sync.sandbox.jobs import Job, JobState

__all__ = [
    "create",
    "delete",
    "failed",
    "jobs",
    "state",
    "status",
    "successful",
    "unprocessed",
    "upload",
]

_OPERATIONS = frozenset({"delete", "hardDelete", "insert", "update", "upsert"})


def create(call: Call) -> Reply:
    """Make a job that waits for its data."""
    org, body = call.server.org, bulk_jobs.asked(call, _OPERATIONS)
    sobject = org.schema.object(str(body.get("object")))
    if sobject is None:
        message = f"Entity '{body.get('object')}' is not supported by the Bulk API."
        raise OrgError("INVALIDENTITY", message)
    key = ""
    if body["operation"] == "upsert":
        key = key_field(sobject, str(body.get("externalIdFieldName"))).name

    job = bulk_jobs.made(call, body, "ingest", sobject.name, state=JobState.OPEN, external_id=key)
    place = f"services/data/v{call.version}/jobs/ingest/{job.id}/batches"
    return json_reply(bulk_jobs.shown(job) | {"contentUrl": place})


def upload(call: Call) -> Reply:
    """Take the data: 201."""
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "text/csv":
        message = f"Content-Type header specified in HTTP request is not supported: {kind}"
        raise OrgError("UNSUPPORTED_MEDIA_TYPE", message)
    call.server.jobs.upload(_job(call), call.body)
    return Reply(201)


def jobs(call: Call) -> Reply:
    """List the ingest jobs."""
    return bulk_jobs.listing(call, "ingest")


def status(call: Call) -> Reply:
    """Say how far a job is."""
    job = _job(call)
    more: dict[str, Any] = {
        "numberRecordsFailed": job.failed,
        "apiActiveProcessingTime": job.milliseconds,
        "apexProcessingTime": 0,
    }
    if job.external_id:
        more["externalIdFieldName"] = job.external_id
    return json_reply(bulk_jobs.progress(job) | more)


def state(call: Call) -> Reply:
    """Start a job whose data is complete, or abort it."""
    return json_reply(bulk_jobs.shown(bulk_jobs.stated(call, "ingest")))


def delete(call: Call) -> Reply:
    """Remove a job that has ended."""
    return bulk_jobs.removed(call, "ingest")


def successful(call: Call) -> Reply:
    """Return the lines that were saved, with their ids."""
    return _lines(call, "successful.csv")


def failed(call: Call) -> Reply:
    """Return the lines that were refused, and why."""
    return _lines(call, "failed.csv")


def unprocessed(call: Call) -> Reply:
    """Return the lines that were not tried as the job ended before."""
    return _lines(call, "unprocessed.csv")


def _lines(call: Call, suffix: str) -> Reply:
    job = _job(call)
    if not job.state.ended:
        message = f"The results of a job that is {job.state} cannot be read"
        raise OrgError("INVALIDJOBSTATE", message)
    path = call.server.jobs.store.file(job, suffix)
    return Reply(200, path.read_bytes() if path.exists() else b"", bulk_jobs.CSV)


def _job(call: Call) -> Job:
    return call.server.jobs.find("ingest", call.parts["id"])
