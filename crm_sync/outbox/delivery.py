"""Delivers writes in as few calls as the CRM allows; safe to run again after any failure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import structlog

from crm_sync.outbox.writes import Delivery, Write, waves
from crm_sync.salesforce import RowResult, batches

if TYPE_CHECKING:
    from crm_sync.salesforce import Session

__all__ = ["deliver"]

_log = structlog.get_logger(__name__)


def deliver(session: "Session", writes: Iterable[Write]) -> Iterator[Delivery]:
    """Deliver the writes and return what became of each, as soon as its call is answered.

    Raises CrmError when a whole call fails; writes not yet returned may or may not have arrived,
    and delivering them again is safe: updates and upserts say the same twice, and a row is created
    only when none with its external id is there.
    """
    for group in waves(writes):
        pending = group
        if group[0].operation == "create":
            present = _present(session, group)
            yield from present
            keys = {each.key for each in present}
            pending = [write for write in group if write.key not in keys]
        for batch in batches([write.row for write in pending]):
            yield from _send(session, [pending[position] for position in batch])


def _present(session: "Session", writes: Sequence[Write]) -> list[Delivery]:
    """Return the deliveries of rows that are in the CRM already.

    An upsert would write over what a person has made of a task since; and where a file hangs can
    be said only when it is made.
    """
    first = writes[0]
    ids = {write.external_id: write for write in writes}
    found = session.lookup(first.object, str(first.external_id_field), ids)
    return [Delivery(ids[value].key, True, found[value]) for value in ids if value in found]


def _send(session: "Session", writes: Sequence[Write]) -> Iterator[Delivery]:
    first = writes[0]
    rows = [write.row for write in writes]
    match first.operation:
        case "update":
            results = session.update(first.object, rows)
        case "upsert":
            results = session.upsert(first.object, rows, str(first.external_id_field))
        case "create":
            results = session.insert(first.object, rows)
    failed = sum(not result.ok for result in results)
    _log.info("outbox.sent", object=first.object, rows=len(rows), failed=failed)
    for write, result in zip(writes, results, strict=True):
        yield _delivery(write, result)


def _delivery(write: Write, result: RowResult) -> Delivery:
    return Delivery(
        key=write.key,
        ok=result.ok,
        record_id=result.id or write.record_id,
        created=result.created or (result.ok and write.operation == "create"),
        error_code=result.code,
        message=result.message,
        retryable=result.retryable,
    )
