"""Many rows in one call: batches, and the answer row by row."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_sync.errors import CrmUnreadable, is_passing

__all__ = ["MOST_BYTES", "MOST_ROWS", "RowResult", "batches", "read_results"]

MOST_ROWS = 200
MOST_BYTES = 5_000_000


@dataclass(frozen=True)
class RowResult:
    """What became of one row. `created`: an upsert made it. `code`, `message`: why it failed."""

    ok: bool
    id: str | None = None
    created: bool = False
    code: str | None = None
    message: str | None = None

    @property
    def retryable(self) -> bool:
        """Tell whether the row failed for a reason that passes."""
        return self.code is not None and is_passing(self.code)


def batches(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[int]]:
    """Return the positions of rows that fit in one call: at most 200, and below 5 MB of JSON."""
    batch: list[int] = []
    size = 0
    for position, row in enumerate(rows):
        length = len(json.dumps(row)) + 2
        if batch and (len(batch) == MOST_ROWS or size + length > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(position)
        size += length
    if batch:
        yield batch


def read_results(answer: Any, sent: int) -> list[RowResult]:
    """Read the answer to a collection of `sent` rows, one result for each in their order."""
    rows = answer or []
    if not isinstance(rows, list) or len(rows) != sent:
        raise CrmUnreadable(
            f"The CRM answered a collection of {sent} rows without a result for each.",
            remedy="Run again: every write carries a key, so none is made twice.",
        )
    return [_result(row) for row in rows]


def _result(row: Mapping[str, Any]) -> RowResult:
    if row.get("success"):
        return RowResult(True, row.get("id"), bool(row.get("created")))
    error = (row.get("errors") or [{}])[0]
    code = str(error.get("statusCode") or error.get("errorCode") or "UNKNOWN")
    return RowResult(False, row.get("id"), code=code, message=str(error.get("message", "")))
