"""Deliver what waits in the outbox, and note what became of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row, Select, select, update

from crm_sync.mirror import echo
from crm_sync.outbox import Delivery, Write, deliver
from crm_sync.salesforce import Session
from partners.job.writeback import STAGE_FIELD
from partners.store import Store, outbox, standing

__all__ = ["Delivered", "deliver_all"]

_MOST_ATTEMPTS = 5
_AT_ONCE = 200
_log = structlog.get_logger()


@dataclass
class Delivered:
    """What was written to the CRM by kind, and what a person must look at.

    `set_aside` are all writes that the CRM refuses, those of earlier runs too: each run tries them
    once more, since what stood in their way may have been put right.
    """

    written: dict[str, int] = field(default_factory=dict)
    waiting: int = 0
    set_aside: list[Mapping[str, str]] = field(default_factory=list)
    conflicts: list[Mapping[str, str | None]] = field(default_factory=list)
    """Stages that a person has changed since we last looked: nothing is written over them."""


def deliver_all(
    store: Store, session: Session, now: datetime, progress: Callable[[int, int], None]
) -> Delivered:
    """Send every waiting write, and store each answer before the next batch goes out.

    Raises CrmError when the CRM cannot be reached; what was answered until then is noted, and what
    was not is sent again by the next run, which changes nothing that had arrived.
    """
    with store.reading() as connection:
        rows = list(connection.execute(_waiting()))
        seen = _seen(connection)
    conflicts = _conflicts(session, rows, seen)
    rows = [row for row in rows if row.record_id not in conflicts]
    noting = _Noting(store, {row.key: row for row in rows}, now)
    noting.result.conflicts.extend(conflicts.values())
    try:
        for delivery in deliver(session, [_write(row) for row in rows]):
            noting.note(delivery)
            progress(noting.answered, len(rows))
    finally:
        noting.flush()
    _log.info("outbox.delivered", written=sum(noting.result.written.values()), of=len(rows))
    return noting.result


def _waiting() -> Select[Any]:
    return select(outbox).where(outbox.c.state != "delivered").order_by(outbox.c.id)


def _seen(connection: Connection) -> dict[str, str | None]:
    """Return the stage that each partner had in the CRM when we last looked or wrote."""
    query = select(standing.c.partner_id, standing.c.crm_stage_seen)
    return {row.partner_id: row.crm_stage_seen for row in connection.execute(query)}


def _conflicts(
    session: Session, rows: Sequence[Row[Any]], seen: Mapping[str, str | None]
) -> dict[str, Mapping[str, str | None]]:
    """Return the records whose stage a person has set meanwhile, asking the CRM just before.

    The next pull brings that stage as the person's decision; what waits for it is then replaced.
    """
    ours = {row.record_id: row for row in rows if STAGE_FIELD in row.fields}
    found: dict[str, Mapping[str, str | None]] = {}
    for name in sorted({row.object for row in ours.values()}):
        ids = [record for record, row in ours.items() if row.object == name]
        for record, stage in session.values(name, STAGE_FIELD, ids).items():
            wanted = ours[record].fields[STAGE_FIELD]
            if stage not in (wanted, seen.get(record)):
                found[record] = {"record": record, "in_crm": stage, "ours": wanted}
    return found


def _write(row: Row[Any]) -> Write:
    return Write(
        row.key, row.object, row.operation, row.record_id, row.external_id_field, row.fields
    )


class _Noting:
    """Stores what became of writes, some at a time."""

    def __init__(self, store: Store, rows: Mapping[str, Row[Any]], now: datetime) -> None:
        self.result = Delivered()
        self.answered = 0
        self._store, self._rows, self._now = store, rows, now
        self._pending: list[Delivery] = []

    def note(self, delivery: Delivery) -> None:
        """Note one answer."""
        self.answered += 1
        self._pending.append(delivery)
        if len(self._pending) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Store the answers noted so far."""
        answers, self._pending = self._pending, []
        if answers:
            with self._store.transaction() as connection:
                for delivery in answers:
                    self._store_one(connection, delivery)

    def _store_one(self, connection: Connection, delivery: Delivery) -> None:
        row = self._rows[delivery.key]
        if delivery.ok:
            self._arrived(connection, delivery)
            return
        attempts = row.attempts + 1
        waits = delivery.retryable and attempts < _MOST_ATTEMPTS
        values = {
            "attempts": attempts,
            "error_code": delivery.error_code,
            "error": delivery.message,
            "state": "pending" if waits else "set_aside",
        }
        connection.execute(update(outbox).where(outbox.c.key == delivery.key).values(values))
        if waits:
            self.result.waiting += 1
        else:
            told = {"object": row.object, "record": row.record_id or row.key}
            code, why = delivery.error_code or "?", delivery.message or ""
            self.result.set_aside.append({**told, "code": code, "why": why})

    def _arrived(self, connection: Connection, delivery: Delivery) -> None:
        row = self._rows[delivery.key]
        values = {"state": "delivered", "delivered_at": self._now, "crm_id": delivery.record_id}
        connection.execute(update(outbox).where(outbox.c.key == delivery.key).values(values))
        if delivery.created or row.operation != "create":
            self.result.written[row.object] = self.result.written.get(row.object, 0) + 1
        if row.operation == "update" and STAGE_FIELD in row.fields:
            # What we wrote last must never look like a stage that a person set.
            stage = row.fields[STAGE_FIELD]
            seen = update(standing).where(standing.c.partner_id == row.partner_id)
            connection.execute(seen.values(crm_stage_seen=stage))
            echo(connection, row.object, STAGE_FIELD, {row.record_id: stage})
