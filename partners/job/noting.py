"""Store what became of writes, as their answers come in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, update

from crm_sync.mirror import echo
from crm_sync.outbox import Delivery, verdict
from partners.job.edits import remember_stages
from partners.job.tasks import leave_alone
from partners.job.writeback import STAGE_FIELD
from partners.store import Store, outbox

__all__ = ["Noting"]

_AT_ONCE = 1_000
_Values = dict[str, Any]


class Noting:
    """Stores what became of writes, some at a time. `rows` are those of the outbox by key."""

    def __init__(self, store: Store, rows: Mapping[str, Row[Any]], now: datetime) -> None:
        self.answered = 0
        self.written: dict[str, int] = {}
        self.closed = 0
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
        if not answers:
            return
        with self._store.transaction() as connection:
            arrived = [each for each in answers if each.ok]
            self._arrived(connection, arrived)
            for delivery in answers:
                if not delivery.ok:
                    self._refused(connection, delivery)

    def _arrived(self, connection: Connection, deliveries: list[Delivery]) -> None:
        if not deliveries:
            return
        values = [{"its": each.key, "record": each.record_id} for each in deliveries]
        state = {"state": "delivered", "delivered_at": self._now, "crm_id": bindparam("record")}
        none = {"error_code": None, "error": None, "remedy": None, "next_try": None}
        done = update(outbox).where(outbox.c.key == bindparam("its")).values({**state, **none})
        connection.execute(done, values)
        stages: dict[str, dict[str, str]] = {}
        for each in deliveries:
            row = self._rows[each.key]
            if each.created or row.operation != "create":
                self.written[row.object] = self.written.get(row.object, 0) + 1
            if row.operation == "update" and STAGE_FIELD in row.fields:
                stages.setdefault(row.object, {})[row.record_id] = row.fields[STAGE_FIELD]
        for name, written in stages.items():
            # What we wrote last must never look like a stage that a person set.
            remember_stages(connection, written)
            echo(connection, name, STAGE_FIELD, written)

    def _refused(self, connection: Connection, delivery: Delivery) -> None:
        row, meant = self._rows[delivery.key], verdict(delivery.error_code)
        attempts = row.attempts + 1
        values: _Values = {
            "attempts": attempts,
            "error_code": delivery.error_code,
            "error": delivery.message,
            "remedy": meant.remedy,
            "state": "set_aside",
        }
        if meant.kind == "gone":
            values["state"] = "closed"
            self.closed += 1
            leave_alone(connection, row.key, self._now)
        elif meant.kind == "later" and (meant.most is None or attempts < meant.most):
            values |= {"state": "pending", "next_try": self._now + meant.pause(attempts)}
        connection.execute(update(outbox).where(outbox.c.key == delivery.key).values(values))
