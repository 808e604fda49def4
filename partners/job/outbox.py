"""The outbox as people see it: what waits or was refused and why; retried, or dropped by name."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, update

from partners.errors import WriteUnknown
from partners.job.finding import find_partner, names_of
from partners.job.tasks import leave_alone
from partners.store import Store, outbox

__all__ = [
    "DUE",
    "WAITING",
    "drop_write",
    "in_short",
    "list_writes",
    "read_write",
    "retry_writes",
    "unsettled",
    "waiting_of",
]

DUE = ("pending", "conflict")
"""What is sent when its time comes: also what stood against a person's edit, compared again."""
WAITING = ("pending", "set_aside", "conflict")
_UNSETTLED = (*WAITING, "overwritten")
_TOLD = ("id", "state", "partner_id", "object", "record_id", "error_code", "error", "remedy")
_WHOLE = ("VersionData", "HtmlBody", "TextBody")


def waiting_of(partners: Collection[str]) -> ColumnElement[bool]:
    """Return the condition for the writes of some partners that have not arrived."""
    # The sum keeps SQLite from going through all that is pending instead of these partners.
    return outbox.c.partner_id.in_(partners) & (outbox.c.state + "").in_(WAITING)


def in_short(field: str, value: object) -> object:
    """Return a field's value as people read it: of a file or a letter only how long it is."""
    return f"({len(str(value))} characters)" if value and field in _WHOLE else value


def unsettled(
    connection: Connection, states: Collection[str], now: datetime
) -> list[dict[str, Any]]:
    """Return the writes in these states, the oldest first, with partner, reason and age."""
    query = select(outbox).where(outbox.c.state.in_(states)).order_by(outbox.c.id)
    return _listed(connection, query, now)


def list_writes(
    store: Store,
    now: datetime,
    *,
    state: str | None = None,
    partner: str | None = None,
    most: int | None = None,
) -> list[dict[str, Any]]:
    """Return writes that have not arrived, or those in one state; raise PartnerUnknown."""
    query = select(outbox).where(outbox.c.state.in_([state] if state else _UNSETTLED))
    with store.reading() as connection:
        if partner is not None:
            query = query.where(outbox.c.partner_id == find_partner(connection, partner)[0])
        return _listed(connection, query.order_by(outbox.c.id).limit(most), now)


def read_write(store: Store, number: int, now: datetime) -> dict[str, Any]:
    """Return one write whole, its fields as they are sent; raise WriteUnknown."""
    with store.reading() as connection:
        row = _row(connection, number)
        (listed,) = _listed(connection, select(outbox).where(outbox.c.id == number), now)
    fields = {name: in_short(name, value) for name, value in row["fields"].items()}
    return {**row, **listed, "fields": fields}


def retry_writes(
    store: Store, numbers: Sequence[int] = (), *, state: str | None = None, code: str | None = None
) -> int:
    """Let writes go out again with the next run: some by number, or all in a state or of a code.

    Return how many. Raises WriteUnknown for a number that is none, or has arrived.
    """
    again = {"state": "pending", "next_try": None, "attempts": 0}
    with store.transaction() as connection:
        for number in numbers:
            _check(_row(connection, number), WAITING, "retried")
        here = update(outbox).where(outbox.c.state.in_([state] if state else WAITING))
        if numbers:
            here = here.where(outbox.c.id.in_(numbers))
        if code:
            here = here.where(outbox.c.error_code == code)
        return connection.execute(here.values(again)).rowcount


def drop_write(store: Store, number: int, *, by: str, reason: str, now: datetime) -> None:
    """Give a write up for good; who did and why stays with it. Raises WriteUnknown."""
    if not (by.strip() and reason.strip()):
        raise WriteUnknown("A write is dropped with a name and a reason.", remedy="write both")
    note = {"by": by, "reason": reason, "at": now}
    with store.transaction() as connection:
        row = _row(connection, number)
        _check(row, _UNSETTLED, "dropped")
        # What was overwritten has arrived; only the question that it left is settled.
        state = "delivered" if row["state"] == "overwritten" else "dropped"
        this = update(outbox).where(outbox.c.id == number)
        connection.execute(this.values(state=state, note=note))
        leave_alone(connection, row["key"], now)


def _check(row: dict[str, Any], allowed: Collection[str], what: str) -> None:
    if row["state"] not in allowed:
        raise WriteUnknown(
            f"The write {row['id']} cannot be {what}: it is {row['state'].replace('_', ' ')}.",
            remedy="`partners outbox list` has those that have not arrived",
        )


def _row(connection: Connection, number: int) -> dict[str, Any]:
    row = connection.execute(select(outbox).where(outbox.c.id == number)).first()
    if row is None:
        raise WriteUnknown(
            f"There is no write {number}.",
            remedy="`partners outbox list` has those that have not arrived",
        )
    return dict(row._mapping)


def _listed(connection: Connection, query: Select[Any], now: datetime) -> list[dict[str, Any]]:
    rows = [dict(row._mapping) for row in connection.execute(query)]
    names = names_of(connection, {row["partner_id"] for row in rows} - {None})
    return [
        {
            **{name: row[name] for name in _TOLD},
            "record": row["record_id"] or row["key"],
            "partner": names.get(row["partner_id"], row["partner_id"]),
            "age": _age(now - row["created_at"]),
            "next_try": row["next_try"],
        }
        for row in rows
    ]


def _age(since: timedelta) -> str:
    hours = int(since.total_seconds() // 3600)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h" if hours else f"{max(0, int(since.total_seconds() // 60))} min"
