"""What a refusal means by its code: it passes, the record has gone, or a person must act."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

__all__ = ["EARLIER_WAITS", "UNANSWERED", "Verdict", "verdict"]

UNANSWERED = "UNANSWERED"
"""Our code for a call without an answer: it may have arrived."""
EARLIER_WAITS = "EARLIER_WRITE_WAITS"
"""Our code for a write held back behind an earlier one to the same record."""


@dataclass(frozen=True)
class Verdict:
    """`later`: the same write may succeed; `gone`: there is nothing to write to; `never`: as it is,
    the CRM will not take it. `remedy` says what a person may do.

    `wait` doubles with each attempt up to `longest`; after `most` attempts (None: any number) a
    reason that passes is one for a person.
    """

    kind: Literal["later", "gone", "never"]
    remedy: str
    wait: timedelta = timedelta(0)
    longest: timedelta = timedelta(hours=1)
    most: int | None = 8

    def pause(self, attempts: int) -> timedelta:
        """Return how long to wait after so many attempts, at least one."""
        doubled: int = 1 << min(max(attempts, 1) - 1, 20)
        return min(self.wait * doubled, self.longest)


def verdict(code: str | None) -> Verdict:
    """Return what a refusal with this code means; one that nobody knows is for a person."""
    return _BY_CODE.get(code or "", _UNKNOWN)


def _later(remedy: str, minutes: float, hours: float = 1, most: int | None = 8) -> Verdict:
    return Verdict("later", remedy, timedelta(minutes=minutes), timedelta(hours=hours), most)


def _never(remedy: str) -> Verdict:
    return Verdict("never", remedy)


_RETRY = "then: partners outbox retry"
_UNKNOWN = _never(f"look the code up in Salesforce's help and put it right; {_RETRY}")
_LOCKED = _later("nothing: it is tried again; if it lasts, find what holds the record", 1)
_BUSY = _later("nothing: it is tried again", 1)
_FULL = _later("wait until calls are free again (24 hours roll on), or ask for more", 60, 6, None)
_DEPLOY = f"see what `partners doctor` says: deploy it, or assign the permission set; {_RETRY}"
_SHARE = (
    "let our user edit the record: by a sharing rule, and by the permission set "
    f"Partner_Lifecycle_Integration; {_RETRY}"
)
_VALUE = f"correct the value's source, or the field's definition in the org; {_RETRY}"
_RULE = (
    f"let the org's validation rule except the integration user, or correct the record; {_RETRY}"
)
_BY_CODE = {
    UNANSWERED: _later("nothing: it is sent again, which changes nothing that had arrived", 0),
    EARLIER_WAITS: _later("settle the earlier write to this record", 0, most=None),
    "UNABLE_TO_LOCK_ROW": _LOCKED,
    "SERVER_UNAVAILABLE": _BUSY,
    "QUERY_TIMEOUT": _BUSY,
    "REQUEST_RUNNING_TOO_LONG": _BUSY,
    "UNKNOWN_EXCEPTION": _BUSY,
    "CONCURRENT_REQUESTS_LIMIT_EXCEEDED": _BUSY,
    "REQUEST_LIMIT_EXCEEDED": _FULL,
    "RESERVE_REACHED": _FULL,
    "ENTITY_IS_LOCKED": _later(
        "approve or recall what locks the record, or let the integration user edit locked records",
        60,
        24,
        None,
    ),
    "ENTITY_IS_DELETED": Verdict("gone", "nothing, unless it was deleted by mistake: undelete it"),
    "INVALID_CROSS_REFERENCE_KEY": _never(
        f"a record that it names has gone or is hidden: let our user see it, or drop the write; "
        f"{_RETRY}"
    ),
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": _never(_RULE),
    "REQUIRED_FIELD_MISSING": _never(
        f"give the org's required field a default, or make it optional; {_RETRY}"
    ),
    "INVALID_FIELD": _never(_DEPLOY),
    "INVALID_TYPE": _never(_DEPLOY),
    "INVALID_FIELD_FOR_INSERT_UPDATE": _never(_DEPLOY),
    "INSUFFICIENT_ACCESS_OR_READONLY": _never(_SHARE),
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": _never(_SHARE),
    "STRING_TOO_LONG": _never(_VALUE),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": _never(
        f"add the value to the field's picklist (deploy salesforce/); {_RETRY}"
    ),
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": _never(
        f"a trigger or flow of the org failed: have it put right; {_RETRY}"
    ),
    "DUPLICATES_DETECTED": _never(
        f"let the org's duplicate rule except the integration user; {_RETRY}"
    ),
    "INACTIVE_OWNER_OR_USER": _never(f"give the record an active owner; {_RETRY}"),
    "STORAGE_LIMIT_EXCEEDED": _never(f"free storage in the org, or ask for more; {_RETRY}"),
}
