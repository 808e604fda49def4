"""What a client asks first: versions, resources, limits; and what this org does not offer."""

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.http.call import Call, Reply, json_reply
from crm_sync.sandbox.http.versions import VERSIONS, label

__all__ = ["limits", "listing", "recent", "unsupported", "versions"]

_NAMES = ("sobjects", "query", "queryAll", "limits", "recent", "composite", "jobs")
_STORAGE_MB = 1024
_QUERY_JOBS = 10_000


def versions(_: Call) -> Reply:
    """List the versions of the API; needs no session."""
    return json_reply(
        [
            {"label": label(each), "url": f"/services/data/v{each}", "version": each}
            for each in VERSIONS
        ]
    )


def listing(call: Call) -> Reply:
    """List the resources of a version."""
    org = call.server.org.id
    names = {name: f"{call.root}/{name}" for name in _NAMES}
    return json_reply(names | {"identity": f"{call.base_url}/id/{org}/{call.user_id}"})


def limits(call: Call) -> Reply:
    """Say what the day allows and what is left of it."""
    usage = call.server.usage
    plain = {"Max": usage.daily, "Remaining": max(usage.daily - usage.used, 0)}
    full = {
        "DailyBulkApiBatches": 15_000,
        "DailyBulkV2QueryFileStorageMB": 976_562,
        "DailyAsyncApexExecutions": 250_000,
        "DailyWorkflowEmails": 1_000,
        "SingleEmail": 5_000,
        "MassEmail": 5_000,
        "DataStorageMB": _STORAGE_MB,
        "FileStorageMB": _STORAGE_MB,
    }
    rest = {name: {"Max": amount, "Remaining": amount} for name, amount in full.items()}
    jobs = len(call.server.jobs.store.all("query"))
    queries = {"Max": _QUERY_JOBS, "Remaining": max(_QUERY_JOBS - jobs, 0)}
    return json_reply({"DailyApiRequests": plain, "DailyBulkV2QueryJobs": queries} | rest)


def recent(_: Call) -> Reply:
    """List what the user looked at last: an API client looks at nothing."""
    return json_reply([])


def unsupported(call: Call) -> Reply:
    """Refuse a resource that Salesforce has and the local org has not."""
    raise OrgError("NOT_FOUND", f"The local org does not offer {call.path}")
