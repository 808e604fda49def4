"""Bulk API 2.0 query jobs: POST the query, ask how far it is, fetch the pages of its result."""

import base64
import binascii

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.http import bulk_jobs
from crm_sync.sandbox.http.call import Call, Reply, json_reply
from crm_sync.sandbox.http.packing import packed
from crm_sync.sandbox.jobs import JobState
from crm_sync.sandbox.soql.csv_line import quoted_line
from crm_sync.sandbox.soql.export import compile_export

__all__ = ["create", "delete", "jobs", "results", "state", "status"]

_OPERATIONS = frozenset({"query", "queryAll"})
_USUAL_PAGE = 50_000


def create(call: Call) -> Reply:
    """Check the query and start the job; SoqlError and OrgError say why not."""
    org, body = call.server.org, bulk_jobs.asked(call, _OPERATIONS)
    text = str(body.get("query") or "")
    export = compile_export(call.schema, text, now=org.clock(), api_version=call.version)

    started = JobState.UPLOAD_COMPLETE
    own = {"state": started, "query": text, "header": tuple(export.header)}
    return json_reply(bulk_jobs.shown(bulk_jobs.made(call, body, "query", export.sobject, **own)))


def jobs(call: Call) -> Reply:
    """List the query jobs."""
    return bulk_jobs.listing(call, "query")


def status(call: Call) -> Reply:
    """Say how far a job is."""
    return json_reply(bulk_jobs.progress(call.server.jobs.find("query", call.parts["id"])))


def state(call: Call) -> Reply:
    """Abort a job."""
    return json_reply(bulk_jobs.shown(bulk_jobs.stated(call, "query")))


def delete(call: Call) -> Reply:
    """Remove a job that has ended."""
    return bulk_jobs.removed(call, "query")


def results(call: Call) -> Reply:
    """Return a page of the result: its columns' names, then rows from the locator on."""
    job = call.server.jobs.find("query", call.parts["id"])
    if job.state is not JobState.COMPLETE:
        message = f"The results of a job that is {job.state} cannot be read"
        raise OrgError("INVALIDJOBSTATE", message)
    start = _start(call.query.get("locator", ""), job.processed)
    page = call.server.jobs.store.result(job).page(start, _wanted(call))
    end = start + page.count
    header = quoted_line(job.header, job.separator, job.newline)
    headers = {
        "Sforce-NumberOfRecords": str(page.count),
        "Sforce-Locator": _locator(end) if end < job.processed else "null",
    }
    return packed(call, Reply(200, header, bulk_jobs.CSV, headers, page.pieces), page.size)


def _wanted(call: Call) -> int:
    text = call.query.get("maxRecords", str(_USUAL_PAGE))
    if not text.isdecimal() or not int(text):
        raise OrgError("INVALIDJOB", f"maxRecords must be a number of records, not {text!r}")
    return int(text)


def _locator(row: int) -> str:
    """Return the text by which the rows from one on are asked for, however often."""
    return base64.urlsafe_b64encode(str(row).encode()).decode().rstrip("=")


def _start(locator: str, rows: int) -> int:
    if locator in {"", "null"}:
        return 0
    try:
        text = base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)).decode("ascii")
    except (binascii.Error, UnicodeError):
        text = ""
    if not text.isdecimal() or int(text) >= rows:
        raise OrgError("INVALID_QUERY_LOCATOR", "invalid query locator")
    return int(text)
