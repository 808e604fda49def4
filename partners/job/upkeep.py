"""Letters that wait: kept, withdrawn or taken up again, as the ground they stand on changes.

A letter stands as long as its ground does. A rule that was stopped says nothing about what it did
before.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from crm_sync.outbox import Write
from lifecycle.deciding import Decision, Episode, Firing
from partners.job.copies import Copies, withdrawn
from partners.job.ground import ground, rows_of
from partners.job.letters import Letter, Letters
from partners.store import draft, read_aliases

__all__ = ["OPEN", "Upkeep", "Waiting"]

OPEN = ("drafted", "edited")
_ASIDE = ("suppressed", "refused")
Waiting = Mapping[str, Any]
"""A letter's row in the store."""


@dataclass(frozen=True)
class Upkeep:
    """Looks after the letters that nobody has released yet, in the caller's transaction."""

    letters: Letters
    now: datetime
    stopped: Collection[str] = ()
    """Ids of rules that are left out of this run."""

    def waiting(
        self, connection: Connection, partner_ids: Iterable[str]
    ) -> Mapping[str, Sequence[Waiting]]:
        """Return the letters of some partners that still wait, by partner."""
        query = select(draft).where(draft.c.status.in_((*OPEN, *_ASIDE)))
        return rows_of(connection, query, partner_ids, self.letters.rulebook, self.stopped)

    def refused(self, connection: Connection) -> Mapping[str, Sequence[Waiting]]:
        """Return the letters that lacked something when they were to be drawn up, by partner."""
        query = select(draft.c.partner_id).where(draft.c.status == "refused").distinct()
        named, aliases = connection.execute(query).scalars().all(), read_aliases(connection)
        return self.waiting(connection, [aliases.get(each, each) for each in named])

    def look_after(
        self, connection: Connection, decision: Decision, rows: Sequence[Waiting]
    ) -> list[Write]:
        """Bring a partner's letters in line with its decision; return what the CRM must learn."""
        writes: list[Write] = []
        for row in rows:
            firing = ground(decision, row, self.letters.rulebook)
            if firing is None:
                writes += self._withdraw(connection, row, "superseded", "its occasion has passed")
            else:
                writes += self._again(connection, decision, row, firing)
        return writes

    def _again(
        self, connection: Connection, decision: Decision, row: Waiting, firing: Firing
    ) -> list[Write]:
        """Withhold a letter that must not go out now; draw up one that now may."""
        if row["status"] in OPEN and not decision.suppressed_by:
            return []
        letter = self.letters.write(decision, Episode(firing, row["occasion"]["n"]))
        if letter is None or letter.status == row["status"]:
            return []
        if letter.status in _ASIDE:
            return self._withdraw(connection, row, letter.status, letter.reason or "")
        letter = replace(letter, id=row["id"])
        connection.execute(
            update(draft).where(draft.c.id == row["id"]).values(self.drawn_again(letter, row))
        )
        return list(Copies.of(self.letters).returned(connection, letter))

    def drawn_again(self, letter: Letter, row: Waiting) -> dict[str, Any]:
        """Return a letter's row drawn up anew; an edit stays if the words it changed are there."""
        values = {**letter.row, "changed_at": self.now, "changed_by": None, "edit": None}
        if row["edit"] and (letter.subject, letter.text) == (row["subject"], row["text"]):
            kept = {name: row[name] for name in ("edit", "changed_by")}
            return {**values, **kept, "status": "edited"}
        return values

    def _withdraw(
        self, connection: Connection, row: Waiting, status: str, reason: str
    ) -> list[Write]:
        values = {"status": status, "reason": reason, "changed_at": self.now}
        connection.execute(update(draft).where(draft.c.id == row["id"]).values(values))
        return list(withdrawn(connection, row["id"], row["subject"], reason))
