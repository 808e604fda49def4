"""Several resources in one call: `composite/batch`, where the org accepts it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crm_sync.errors import CrmLimitReached, CrmRefused

if TYPE_CHECKING:
    from crm_sync.salesforce.calls import Calls

__all__ = ["batch"]

_MOST = 25
_GOOD = 200


def batch(calls: "Calls", paths: Sequence[str]) -> list[Any]:
    """Return the JSON of each resource in their order; None for one that did not come so.

    The caller asks alone for what did not come: then its error is told.
    """
    found: list[Any] = []
    for start in range(0, len(paths), _MOST):
        found += _some(calls, paths[start : start + _MOST])
    return found


def _some(calls: "Calls", paths: Sequence[str]) -> list[Any]:
    version = f"v{calls.version}"
    requests = [{"method": "GET", "url": f"{version}/{path}"} for path in paths]
    try:
        answer = calls.resource("composite/batch", method="POST", json={"batchRequests": requests})
    except CrmLimitReached:
        raise
    except CrmRefused:
        return [None] * len(paths)
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list) or len(results) != len(paths):
        return [None] * len(paths)
    return [each.get("result") if each.get("statusCode") == _GOOD else None for each in results]
