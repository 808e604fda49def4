"""Take the texts about partners out of the library's own tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, or_, select, update

from partners.ledger.personal import KNOWN
from partners.store import (
    decision,
    decision_private,
    draft,
    episode,
    outbox,
    override,
    screening_hit,
    standing,
    task,
)

__all__ = ["blank_drafts", "blank_private", "blank_rest", "blank_writes"]

_ERASED = "erased"
_DRAFT = ("contact_id", "subject", "html", "text", "provenance", "sources", "edit", "occasion")
_WAITS = ("drafted", "edited", "stale", "suppressed", "refused")


def blank_private(connection: Connection, ids: Sequence[str]) -> int:
    """Remove what their decisions were made from; return of how many."""
    theirs = select(decision.c.id).where(decision.c.partner_id.in_(ids))
    gone = delete(decision_private).where(decision_private.c.decision_id.in_(theirs))
    return connection.execute(gone).rowcount


def blank_drafts(connection: Connection, ids: Sequence[str], now: datetime) -> int:
    """Blank every letter, and discard those that wait; return how many letters that changed."""
    here = draft.c.partner_id.in_(ids)
    waiting = update(draft).where(here, draft.c.status.in_(_WAITS))
    connection.execute(waiting.values(status="discarded", changed_at=now))
    return _blank(connection, draft, ids, {**dict.fromkeys(_DRAFT), "reason": _ERASED})


def blank_writes(connection: Connection, ids: Sequence[str]) -> int:
    """Drop what was not yet written to the CRM, and blank what was; return how much that is."""
    here = outbox.c.partner_id.in_(ids)
    dropped = connection.execute(delete(outbox).where(here, outbox.c.state != "delivered"))
    left: dict[str, Any] = {"fields": {}, "error": None, "note": None}
    _blank(connection, task, ids, {"occasion": None, "status": "kept"})
    return dropped.rowcount + _blank(connection, outbox, ids, left)


def blank_rest(connection: Connection, ids: Sequence[str]) -> int:
    """Blank texts beside their standings, screening hits and overrides, and telling anchors.

    Return in how many rows.
    """
    beside = {"reason": None, "suspended_why": None, "missing": None}
    blanked = _blank(connection, standing, ids, beside)
    blanked += _blank(connection, screening_hit, ids, {"entry": _ERASED, "reason": None})
    blanked += _blank(connection, override, ids, {"reason": _ERASED})
    hidden = _hidden_anchors(connection, ids)
    for number in hidden:
        anchor = update(episode).where(episode.c.id == number)
        connection.execute(anchor.values(anchor=_anchor(number)))
    return blanked + len(hidden)


def _blank(
    connection: Connection, table: Table, ids: Sequence[str], blank: Mapping[str, Any]
) -> int:
    """Give columns these values where their rows have others; return in how many rows."""
    other = or_(*(table.c[name].is_distinct_from(value) for name, value in blank.items()))
    here = update(table).where(table.c.partner_id.in_(ids), other)
    return connection.execute(here.values(dict(blank))).rowcount


def _anchor(number: int) -> str:
    return f"{_ERASED} {number}"


def _hidden_anchors(connection: Connection, ids: Sequence[str]) -> list[int]:
    """Return the episodes whose anchor may name a person: their decisions do not tell it."""
    rows = connection.execute(
        select(episode, decision.c.fired)
        .join(decision, decision.c.id == episode.c.decision_id)
        .where(episode.c.partner_id.in_(ids))
    )
    return [
        row.id
        for row in rows
        if row.anchor != _anchor(row.id)
        and (row.rule_id, row.subject, KNOWN)
        in {(each["rule"], each["subject"], each["anchor"]) for each in row.fired}
    ]
