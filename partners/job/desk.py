"""A draft on somebody's desk: edited, or discarded with a reason. Releasing is in `releasing`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, update

from lifecycle.drafting import (
    DraftRefused,
    Library,
    Words,
    difference,
    edited_html,
    figures,
)
from partners.errors import DraftHeld
from partners.job.crm_files import withdrawn_file
from partners.job.drafts import read_draft
from partners.job.final import final
from partners.job.queueing import queue
from partners.job.upkeep import OPEN
from partners.store import Store, draft

__all__ = [
    "change",
    "check_words",
    "discard_draft",
    "edit_draft",
    "find_open",
    "held",
    "need",
    "words_of",
]

_log = structlog.get_logger()


def find_open(store: Store, wanted: str) -> dict[str, Any]:
    """Return a draft that waits; raise DraftUnknown for none, DraftHeld if it waits no more."""
    row = read_draft(store, wanted)
    if row["status"] not in OPEN:
        why = f" ({row['reason']})" if row["reason"] else ""
        what = f"The draft {row['id']} is {row['status']}{why}."
        raise DraftHeld(what, remedy="`partners drafts list --status drafted` has those that wait")
    return row


def words_of(row: Mapping[str, Any]) -> str:
    """Return the file that a person edits; raise DraftHeld for a draft without text."""
    if row["text"] is None:
        raise held(row, f"It has no text: it was {row['status']}.", f"the reason: {row['reason']}")
    return str(final(row).words).rstrip("\n")


def edit_draft(
    store: Store,
    library: Library,
    wanted: str,
    written: str,
    *,
    by: str,
    source: str | None,
    now: datetime,
) -> dict[str, Any]:
    """Keep what a person made of a draft beside what was drawn up; return the draft's row.

    `written` is the whole edited file, `source` where figures come from that the record does not
    hold. Raises DraftHeld where the words break policy, figures have no source, or more than the
    letter was edited.
    """
    row = find_open(store, wanted)
    need(row, by=by)
    if row["status"] == "stale":
        raise held(row, str(row["reason"]), f"first: partners drafts redraw {row['id']}")
    drawn = Words(row["subject"], row["text"])
    try:
        words = Words.read(written)
        edited_html(row["html"], drawn, words)
    except DraftRefused as error:
        raise DraftHeld(error.reason, where=row["id"], remedy="edit it again") from error
    check_words(library, row, words)
    _check_figures(row, drawn, words, source)
    changes = difference(drawn, words)
    kept = {"by": by, "at": now.isoformat(), "source": source, "changes": changes}
    status = "edited" if changes else "drafted"
    values = {"status": status, "edit": kept if changes else None, "reason": None}
    with store.transaction() as connection:
        change(connection, row, values, by=by, now=now)
    return read_draft(store, row["id"])


def check_words(library: Library, row: Mapping[str, Any], words: Words) -> None:
    """Raise DraftHeld where the words of a draft say what policy forbids."""
    values = [shown for _field, shown, _record in row["provenance"] or ()]
    broken = library.policy.broken(str(words), row["language"], values)
    if broken:
        raise held(row, " ".join(map(str, broken)), "say it in other words: drafts edit")


def _check_figures(row: Mapping[str, Any], drawn: Words, words: Words, source: str | None) -> None:
    known = set(figures(str(drawn)))
    new = [each for each in figures(str(words)) if each not in known]
    if new and not (source or "").strip():
        what = f"The record does not hold these figures: {', '.join(new)}."
        raise held(row, what, "say where they come from: --source …")


def discard_draft(store: Store, wanted: str, *, by: str, reason: str, now: datetime) -> str:
    """Put a draft away for good, with the reason; return its id. Raises DraftHeld, DraftUnknown."""
    row = find_open(store, wanted)
    need(row, by=by, reason=reason)
    with store.transaction() as connection:
        change(connection, row, {"status": "discarded", "reason": reason}, by=by, now=now)
        told = withdrawn_file(connection, row, reason)
        queue(connection, [(row["partner_id"], row["decision_id"], each) for each in told], now)
    _log.info("draft.discarded", draft=row["id"])
    return str(row["id"])


def change(
    connection: Connection,
    row: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    by: str | None,
    now: datetime,
) -> None:
    """Store what became of a draft; raise DraftHeld if somebody else was quicker."""
    as_read = [draft.c[name] == row[name] for name in ("id", "status", "changed_at")]
    told = {**values, "changed_by": by, "changed_at": now}
    if not connection.execute(update(draft).where(*as_read).values(told)).rowcount:
        raise held(row, "Somebody else changed this draft meanwhile.", "look at it again")


def held(row: Mapping[str, Any], what: str, remedy: str) -> DraftHeld:
    """Return the refusal to let a draft go on."""
    return DraftHeld(what, where=f"draft {row['id']} ({row['purpose']})", remedy=remedy)


def need(row: Mapping[str, Any], **given: str) -> None:
    """Raise DraftHeld where a name or a reason is empty."""
    missing = [name for name, value in given.items() if not value.strip()]
    if missing:
        raise held(row, f"It needs --{missing[0]}.", f"write it: --{missing[0]} …")
