"""Tasks that rules asked for: closed when their reason has gone, opened again when it is back.

A task that a person has touched is left alone for good; what is to be written is only what we would
do, and the delivery looks at the task in the CRM before it does.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from crm_sync.outbox import Write
from lifecycle.deciding import Decision, Episode
from lifecycle.rulebook import Rulebook
from partners.job.ground import ground, rows_of
from partners.job.writeback import closed_task, reopened_task, task_key
from partners.store import outbox, task

__all__ = ["Tasks", "leave_alone", "new_task"]

_WAITING = ("pending", "set_aside")
_UNSENT = {
    "error_code": "NO_REASON",
    "error": "Its reason had gone before it was sent.",
    "remedy": "nothing",
}
Asked = Mapping[str, Any]
"""A task's row in the store."""


def new_task(outcome_partner: str, episode: Episode, number: int, now: datetime) -> dict[str, Any]:
    """Return the row of a task that an episode asked for; `number` is its decision's."""
    firing = episode.firing
    return {
        "id": task_key(episode),
        "partner_id": outcome_partner,
        "rule_id": firing.rule_id,
        "occasion": {"subject": firing.subject, "anchor": firing.anchor, "n": episode.n},
        "status": "open",
        "decision_id": number,
        "changed_at": now,
    }


def leave_alone(connection: Connection, write_key: str, now: datetime) -> None:
    """Leave the task that a write was about, if it was about one, to people for good."""
    its = update(task).where(task.c.id == write_key.split("/", maxsplit=1)[0])
    connection.execute(its.values(status="kept", changed_at=now))


@dataclass(frozen=True)
class Tasks:
    """Looks after the tasks that no person has touched, in the caller's transaction."""

    rulebook: Rulebook
    now: datetime
    stopped: Collection[str] = ()
    """Ids of rules that are left out of this run."""

    def asked(
        self, connection: Connection, partner_ids: Iterable[str]
    ) -> Mapping[str, Sequence[Asked]]:
        """Return the tasks of some partners that may change, by partner."""
        query = select(task).where(task.c.status != "kept").order_by(task.c.id)
        return rows_of(connection, query, partner_ids, self.rulebook, self.stopped)

    def look_after(
        self, connection: Connection, decision: Decision, rows: Sequence[Asked]
    ) -> list[Write]:
        """Bring a partner's tasks in line with its decision; return what the CRM must learn."""
        writes: list[Write] = []
        for row in rows:
            firing = ground(decision, row, self.rulebook)
            if firing is None and row["status"] == "open":
                writes += self._close(connection, row)
            elif firing is not None and row["status"] == "closed":
                writes += self._reopen(connection, row)
        return writes

    def _close(self, connection: Connection, row: Asked) -> list[Write]:
        self._set(connection, row, "closed")
        # A task that has not gone out yet need not go out at all.
        _turn(connection, row, _WAITING, {"state": "closed", **_UNSENT})
        record, written = _delivered(connection, row)
        return [closed_task(row["id"], record, written)] if record else []

    def _reopen(self, connection: Connection, row: Asked) -> list[Write]:
        self._set(connection, row, "open")
        _turn(connection, row, ("closed",), {"state": "pending", **dict.fromkeys(_UNSENT)})
        record, written = _delivered(connection, row)
        return [reopened_task(row["id"], record, written)] if record else []

    def _set(self, connection: Connection, row: Asked, status: str) -> None:
        values = {"status": status, "changed_at": self.now}
        connection.execute(update(task).where(task.c.id == row["id"]).values(values))


def _turn(
    connection: Connection, row: Asked, states: Collection[str], values: Mapping[str, Any]
) -> None:
    """Change the outbox's row of a task that has not gone out."""
    its = update(outbox).where(outbox.c.key == row["id"], outbox.c.state.in_(states))
    connection.execute(its.values(dict(values)))


def _delivered(connection: Connection, row: Asked) -> tuple[str | None, Mapping[str, Any]]:
    """Return the CRM's record of a task, once it has one, and what was written into it."""
    query = select(outbox.c.crm_id, outbox.c.fields).where(outbox.c.key == row["id"])
    found = connection.execute(query.where(outbox.c.state == "delivered")).first()
    return (found.crm_id, found.fields) if found else (None, {})
