"""What changed and what was deleted between two times, as getUpdated and getDeleted tell it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.org import Org
from crm_sync.sandbox.schema import SObject
from crm_sync.sandbox.values import instant

__all__ = ["Window", "deleted", "updated"]

_MINUTE = timedelta(minutes=1)
_TOO_MANY = "Exceeded the limit of {} ids: choose start and end dates that are closer together"


@dataclass(frozen=True)
class Window:
    """From `start` (included) to `end` (not), whole minutes; `covered` is the last sure moment."""

    start: datetime
    end: datetime
    covered: datetime

    @classmethod
    def of(cls, org: Org, start: datetime, end: datetime) -> "Window":
        """Return the window between two times; raises OrgError when an org would refuse it."""
        start, end = _minute(start), _minute(end)
        if end - start < _MINUTE:
            message = "startDate must be at least one minute before endDate"
            raise OrgError("INVALID_REPLICATION_DATE", message)
        if start < org.clock() - timedelta(days=org.settings.replication_days):
            days = org.settings.replication_days
            message = f"startDate cannot be more than {days} days ago"
            raise OrgError("INVALID_REPLICATION_DATE", message)
        # What is being written now may become visible later, with a stamp of now.
        return cls(start, end, min(end, _minute(org.settled_until())))


def updated(org: Org, sobject: SObject, start: datetime, end: datetime) -> dict[str, Any]:
    """Return the ids of the records, not in the bin, that were written in a window."""
    window = Window.of(org, start, end)
    _check_replicated(sobject)
    statement = (
        f'SELECT "Id" FROM "{sobject.name}" WHERE "SystemModstamp" >= ? AND "SystemModstamp" < ? '
        'AND "IsDeleted" = 0 ORDER BY "SystemModstamp", "Id" LIMIT ?'
    )
    most = org.settings.replication_ids
    values = [instant(window.start), instant(window.end), most + 1]
    with org.storage.reading() as connection:
        ids = [row[0] for row in connection.execute(statement, values)]
    _check_count(len(ids), most)
    return {"ids": ids, "latestDateCovered": instant(window.covered)}


def deleted(org: Org, sobject: SObject, start: datetime, end: datetime) -> dict[str, Any]:
    """Return what was deleted in a window, in the bin or for good, as far as the log reaches."""
    window = Window.of(org, start, end)
    _check_replicated(sobject)
    purged = org.admin.log_purged_until()
    if purged is not None and window.start < purged:
        message = "startDate before the delete log was purged"
        raise OrgError("INVALID_REPLICATION_DATE", message)
    earliest = max(_kept_since(org), purged or datetime.min.replace(tzinfo=UTC))
    statement = (
        'SELECT id, at FROM "_deleted" WHERE object = ? AND at >= ? AND at < ? ORDER BY at, id '
        "LIMIT ?"
    )
    most = org.settings.replication_ids
    since = instant(max(window.start, earliest))
    values = [sobject.name, since, instant(window.end), most + 1]
    with org.storage.reading() as connection:
        rows = connection.execute(statement, values).fetchall()
    _check_count(len(rows), most)
    return {
        "deletedRecords": [{"id": each, "deletedDate": at} for each, at in rows],
        "earliestDateAvailable": instant(earliest),
        "latestDateCovered": instant(window.covered),
    }


def _kept_since(org: Org) -> datetime:
    return _minute(org.clock() - timedelta(days=org.settings.deleted_days))


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _check_replicated(sobject: SObject) -> None:
    if not {"SystemModstamp", "IsDeleted"} <= sobject.columns.keys():
        message = f"entity type is not replicateable: {sobject.name}"
        raise OrgError("INVALID_TYPE_FOR_OPERATION", message)


def _check_count(count: int, most: int) -> None:
    if count > most:
        raise OrgError("EXCEEDED_ID_LIMIT", _TOO_MANY.format(most))
