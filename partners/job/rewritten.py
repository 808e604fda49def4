"""Did the org keep what we wrote beside the stage? A trigger or a flow may have changed it."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import Row

from crm_sync.errors import CrmRefused
from crm_sync.salesforce import Session
from partners.job.writeback import STAGE_FIELD

__all__ = ["changed_by_org"]

_log = structlog.get_logger()
_BY = "LastModifiedById"


def changed_by_org(session: Session, name: str, rows: Sequence[Row[Any]]) -> dict[int, str]:
    """Return what the org made of writes to records of an object, by the number of the last write.

    2,000 records a call. A record that anybody has changed since is left out: what stands there is
    theirs; so are all when the org lets us read a field no more. Raises CrmError.
    """
    wrote: dict[str, dict[str, Any]] = {}
    last: dict[str, int] = {}
    for row in sorted(rows, key=lambda each: each.id):
        beside = {field: value for field, value in row.fields.items() if field != STAGE_FIELD}
        wrote.setdefault(row.record_id, {}).update(beside)
        last[row.record_id] = row.id
    fields = sorted({field for each in wrote.values() for field in each})
    try:
        found = session.retrieve(name, [_BY, *fields], wrote) if fields else {}
    except CrmRefused as error:
        _log.warning("outbox.not_compared", object=name, reason=error.what)
        return {}
    told = {
        last[record]: _told(wrote[record], stands)
        for record, stands in found.items()
        if stands[_BY] == session.user_id
    }
    return {number: words for number, words in told.items() if words}


def _told(wrote: Mapping[str, Any], stands: Mapping[str, Any]) -> str:
    other = [
        f"{stands[field]!r} of {value!r} in {field}"
        for field, value in wrote.items()
        if _plain(stands[field]) != _plain(value)
    ]
    return f"The org made {'; '.join(other)}." if other else ""


def _plain(value: Any) -> Any:
    """Return a value without what orgs change in any text: blanks at the end, ends of lines."""
    return " ".join(value.split()) or None if isinstance(value, str) else value
