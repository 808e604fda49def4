"""Take the texts about partners out of the library's own tables."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

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
)

__all__ = ["blank_drafts", "blank_private", "blank_rest", "blank_writes"]

_ERASED = "erased"
_WAITS = ("drafted", "edited", "suppressed", "refused")


def blank_private(connection: Connection, ids: Sequence[str]) -> int:
    """Remove what their decisions were made from; return of how many."""
    theirs = select(decision.c.id).where(decision.c.partner_id.in_(ids))
    gone = delete(decision_private).where(decision_private.c.decision_id.in_(theirs))
    return connection.execute(gone).rowcount


def blank_drafts(connection: Connection, ids: Sequence[str], now: datetime) -> int:
    """Blank every letter, and discard those that wait; return how many letters there are."""
    here = draft.c.partner_id.in_(ids)
    waiting = update(draft).where(here, draft.c.status.in_(_WAITS))
    connection.execute(waiting.values(status="discarded", changed_at=now))
    texts = ("contact_id", "subject", "html", "text", "provenance", "occasion")
    blank = {**dict.fromkeys(texts), "reason": _ERASED}
    return connection.execute(update(draft).where(here).values(blank)).rowcount


def blank_writes(connection: Connection, ids: Sequence[str]) -> int:
    """Drop what was not yet written to the CRM, and blank what was; return how much that is."""
    here = outbox.c.partner_id.in_(ids)
    connection.execute(delete(outbox).where(here, outbox.c.state != "delivered"))
    blank = update(outbox).where(here).values(fields={}, error=None)
    return connection.execute(blank).rowcount


def blank_rest(connection: Connection, ids: Sequence[str]) -> None:
    """Blank texts beside their standings, screening hits and overrides, and telling anchors."""
    stands = update(standing).where(standing.c.partner_id.in_(ids))
    connection.execute(stands.values(reason=None, suspended_why=None, missing=None))
    hits = update(screening_hit).where(screening_hit.c.partner_id.in_(ids))
    connection.execute(hits.values(entry=_ERASED, reason=None))
    overrides = update(override).where(override.c.partner_id.in_(ids))
    connection.execute(overrides.values(reason=_ERASED))
    for number in _hidden_anchors(connection, ids):
        anchor = update(episode).where(episode.c.id == number)
        connection.execute(anchor.values(anchor=f"{_ERASED} {number}"))


def _hidden_anchors(connection: Connection, ids: Sequence[str]) -> list[int]:
    """Return the episodes whose anchor may name a person: their decisions do not tell it."""
    rows = connection.execute(
        select(episode.c.id, episode.c.rule_id, episode.c.subject, decision.c.fired)
        .join(decision, decision.c.id == episode.c.decision_id)
        .where(episode.c.partner_id.in_(ids))
    )
    return [
        row.id
        for row in rows
        if (row.rule_id, row.subject, KNOWN)
        in {(each["rule"], each["subject"], each["anchor"]) for each in row.fired}
    ]
