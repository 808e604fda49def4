"""Bulk 2.0 query jobs: begun, watched, their results fetched page by page, cleared away."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm_sync.errors import CrmRefused, CrmUnreachable, CrmUnreadable

if TYPE_CHECKING:
    from crm_sync.salesforce.calls import Calls

__all__ = [
    "BULK_PAGE_ROWS",
    "BulkPage",
    "JobState",
    "begin_job",
    "drop_job",
    "fetch_page",
    "job_state",
]

BULK_PAGE_ROWS = 50_000
_JOBS = "jobs/query"
_RUNNING = frozenset({"UploadComplete", "InProgress"})
_END = frozenset({"", "null"})


@dataclass(frozen=True)
class JobState:
    """How a job stands. `rows`: how many it found, known when it is done."""

    state: str
    rows: int
    message: str | None = None

    @property
    def running(self) -> bool:
        """Tell whether there will be results, but not yet."""
        return self.state in _RUNNING

    @property
    def done(self) -> bool:
        """Tell whether the results are there."""
        return self.state == "JobComplete"


@dataclass(frozen=True)
class BulkPage:
    """Results of a job as CSV in UTF-8, and where the next page begins (None: there is none)."""

    csv: bytes
    rows: int
    following: str | None


def begin_job(calls: "Calls", soql: str, *, include_deleted: bool) -> str:
    """Begin a job and return its id. A job whose answer is lost runs for nobody and hurts none."""
    operation = "queryAll" if include_deleted else "query"
    answer = calls.resource(_JOBS, method="POST", json={"operation": operation, "query": soql})
    return str(_given(answer, "id"))


def job_state(calls: "Calls", job: str) -> JobState:
    """Ask how a job stands. Raises CrmRefused when the org does not know it."""
    answer = calls.resource(f"{_JOBS}/{job}")
    rows = int(answer.get("numberRecordsProcessed") or 0) if isinstance(answer, dict) else 0
    return JobState(str(_given(answer, "state")), rows, answer.get("errorMessage"))


def fetch_page(calls: "Calls", job: str, locator: str | None, rows: int) -> BulkPage:
    """Fetch a page of at most `rows` results, from the start or from a locator."""
    place = {"locator": locator} if locator else {}
    answer = calls.download(f"{_JOBS}/{job}/results", maxRecords=rows, **place)
    told = answer.headers.get("Sforce-NumberOfRecords", "")
    if not told.isdigit() or "csv" not in answer.headers.get("Content-Type", ""):
        raise CrmUnreadable(
            "The CRM answered with something that is no page of a bulk job.",
            where=f"the bulk job {job}",
            remedy="Check that nothing stands between; run again, it goes on with this page.",
        )
    following = answer.headers.get("Sforce-Locator", "")
    return BulkPage(answer.content, int(told), None if following in _END else following)


def drop_job(calls: "Calls", job: str) -> None:
    """Clear a job away: what it still does is ended, and its results are removed."""
    try:
        calls.resource(f"{_JOBS}/{job}", method="DELETE")
    except (CrmRefused, CrmUnreachable):
        return  # the org removes it by itself after seven days


def _given(answer: Any, name: str) -> Any:
    if isinstance(answer, dict) and answer.get(name):
        return answer[name]
    raise CrmUnreadable(
        "The CRM's answer about a bulk job is not one that Salesforce gives.",
        remedy="Check that crm.login_url is a Salesforce org and nothing stands between.",
    )
