"""Letters that wait: kept, withdrawn or taken up again, as the ground they stand on changes.

A letter stands as long as its ground does, and says what is known: where a field that it rests on
holds something else, it is drawn up again; what a person edited is kept, and marked stale. A rule
that was stopped says nothing about what it did before.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from crm_sync.mirror import last_read
from crm_sync.outbox import Write
from lifecycle.deciding import Decision, Episode, Firing
from lifecycle.drafting import Words, moved
from partners.job.copies import Copies, withdrawn
from partners.job.ground import ground, rows_of
from partners.job.letters import Letter, Letters, letter_facts
from partners.job.staleness import is_moved, news_of, says_the_same
from partners.job.texts import keep_texts
from partners.store import draft

__all__ = ["OPEN", "READY", "Upkeep", "Waiting"]

READY = ("drafted", "edited")
"""As good as the record: a person may release it."""
OPEN = (*READY, "stale")
"""On somebody's desk: released, discarded or drawn up again by a person."""
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

    @property
    def _copies(self) -> Copies:
        return Copies.of(self.letters)

    def waiting(
        self, connection: Connection, partner_ids: Iterable[str]
    ) -> Mapping[str, Sequence[Waiting]]:
        """Return the letters of some partners that still wait, by partner."""
        query = select(draft).where(draft.c.status.in_((*OPEN, *_ASIDE)))
        return rows_of(connection, query, partner_ids, self.letters.rulebook, self.stopped)

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
        """Withhold a letter that must not go out; draw up one that now may, or says otherwise."""
        facts = letter_facts(decision, firing)
        fine = row["status"] in READY and not decision.suppressed_by
        if fine and not is_moved(row, facts, self.letters):
            return []
        letter = self.letters.write(decision, Episode(firing, row["occasion"]["n"]))
        if letter is None:
            return []
        letter = replace(letter, id=row["id"])
        if letter.status == "suppressed" or (letter.status == "refused" and not row["edit"]):
            same = letter.status == row["status"]
            reason = letter.reason or ""
            return [] if same else self._withdraw(connection, row, letter.status, reason)
        if row["edit"]:
            return self._beside_the_edit(connection, row, letter)
        return self._redraw(connection, row, letter)

    def _redraw(self, connection: Connection, row: Waiting, letter: Letter) -> list[Write]:
        """Draw a letter up again that nobody has edited."""
        if row["status"] == "drafted" and says_the_same(row, letter):
            self._store(connection, row, {"sources": letter.sources})
            return []
        values = self.drawn_again(connection, letter, row)
        if row["text"] and says_the_same(row, letter):
            self._store(connection, row, values)
            return list(self._copies.returned(connection, letter))
        if row["text"]:
            news = news_of(row, letter) or "its template has changed"
            values["reason"] = f"Drawn up again: {news}."
        self._store(connection, row, values)
        return list(self._copies.redrawn(connection, letter, self.now))

    def _beside_the_edit(self, connection: Connection, row: Waiting, letter: Letter) -> list[Write]:
        """Keep what a person wrote: marked stale where the letter would say otherwise today."""
        if letter.status == "refused":
            stale = letter.reason or ""
        else:
            stale = "" if says_the_same(row, letter) else news_of(row, letter)
        status, reason = ("stale", f"It is stale: {stale}.") if stale else ("edited", None)
        if (row["status"], row["reason"]) == (status, reason):
            return []
        values = {"status": status, "reason": reason, "changed_at": self.now}
        self._store(connection, row, values)
        if row["status"] not in _ASIDE:
            return []
        drawn = {name: row[name] for name in ("subject", "text", "html")}
        return list(self._copies.returned(connection, replace(letter, **drawn)))

    def drawn_again(self, connection: Connection, letter: Letter, row: Waiting) -> dict[str, Any]:
        """Return a letter's row drawn up anew; an edit stays if the lines it changed are there."""
        keep_texts(connection, [letter])
        told = {"changed_at": self.now, "changed_by": None, "edit": None}
        values = {**letter.row, **told, "read_at": last_read(connection)}
        changes = _edit_of(row, letter)
        if changes:
            kept = {"edit": {**row["edit"], "changes": changes}, "changed_by": row["changed_by"]}
            return {**values, **kept, "status": "edited"}
        return values

    def _withdraw(
        self, connection: Connection, row: Waiting, status: str, reason: str
    ) -> list[Write]:
        values = {"status": status, "reason": reason, "changed_at": self.now}
        self._store(connection, row, values)
        return list(withdrawn(connection, row["id"], row["subject"], reason))

    def _store(self, connection: Connection, row: Waiting, values: Mapping[str, Any]) -> None:
        connection.execute(update(draft).where(draft.c.id == row["id"]).values(values))


def _edit_of(row: Waiting, letter: Letter) -> list[Any] | None:
    """Return what a person changed, as it fits the letter drawn up anew; None if it does not."""
    if not row["edit"] or letter.subject is None or letter.text is None:
        return None
    drawn, redrawn = Words(row["subject"], row["text"]), Words(letter.subject, letter.text)
    return moved(drawn, redrawn, [tuple(each) for each in row["edit"]["changes"]])
