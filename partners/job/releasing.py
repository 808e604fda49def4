"""Releasing a draft: everything that could forbid it is asked once more, on the day itself.

A named person releases; the program sends nothing. What was drawn up from facts that have changed
since is stale: it is drawn up again first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NoReturn

import structlog
from sqlalchemy import Connection, update

from crm_sync.outbox import Write
from lifecycle.deciding import Decision, Episode
from partners.job.crm_files import redrawn_file, released_files
from partners.job.desk import change, check_words, find_open, held, need
from partners.job.drafts import read_draft
from partners.job.final import final
from partners.job.ground import as_it_is_called, ground
from partners.job.letters import Letter, Letters
from partners.job.queueing import queue
from partners.job.showing import show_partner
from partners.job.staleness import news_of, says_the_same
from partners.job.upkeep import Upkeep
from partners.store import Store, draft, read_aliases

__all__ = ["Releasing"]

_log = structlog.get_logger()


@dataclass(frozen=True)
class Releasing:
    """Releases drafts and draws them up again, with one library of templates, at one moment."""

    store: Store
    letters: Letters
    engine: str
    now: datetime

    def release(self, wanted: str, by: str) -> dict[str, Any]:
        """Note that a person released a draft; return its row.

        Raises DraftHeld, and notes the reason beside the draft, where it is withheld today, its
        occasion has passed, it is stale, or its words break policy. Raises DraftUnknown.
        """
        row = find_open(self.store, wanted)
        need(row, by=by)
        letter = self._as_of_today(row)
        stale = _stale(row, letter)
        if stale:
            remedy = f"read it anew: partners drafts redraw {row['id']}"
            self._hold(row, f"It is stale: {stale}.", remedy)
        end = final(row)
        check_words(self.letters.library, row, end.words)
        letter = replace(letter, subject=end.words.subject, text=end.words.text, html=end.html)
        values = {"status": "released", "reason": None}
        with self.store.transaction() as connection:
            change(connection, row, values, by=by, now=self.now)
            self._write(connection, row, released_files(connection, [(row, letter)], by))
        _log.info("draft.released", draft=row["id"])
        return read_draft(self.store, row["id"])

    def redraw(self, wanted: str, *, drop_edit: bool = False) -> dict[str, Any]:
        """Draw a waiting draft up again from what is known today; return its row.

        An edit of words that are no longer there is dropped only if that is asked for. Raises
        DraftHeld as `release` does, and DraftUnknown.
        """
        row = find_open(self.store, wanted)
        letter = self._as_of_today(row)
        with self.store.transaction() as connection:
            values = Upkeep(self.letters, self.now).drawn_again(connection, letter, row)
            if row["edit"] and not values["edit"] and not drop_edit:
                what = "What was edited is no longer in the letter, so the edit would be lost."
                raise held(row, what, "see it: drafts show; then drafts redraw --drop-edit")
            change(connection, row, values, by=values["changed_by"], now=self.now)
            if not says_the_same(row, letter):
                self._write(connection, row, redrawn_file(connection, letter, self.now))
        return read_draft(self.store, row["id"])

    def _as_of_today(self, row: Mapping[str, Any]) -> Letter:
        """Return the letter as it would be drawn up today; raise DraftHeld where it would not."""
        rulebook = self.letters.rulebook
        with self.store.reading() as connection:
            waiting = as_it_is_called(dict(row), rulebook, read_aliases(connection))
        decision = show_partner(
            self.store, rulebook, waiting["partner_id"], self.now, self.engine
        ).decision
        letter = self._letter(decision, waiting)
        if letter is None:
            self._hold(row, "Its occasion has passed.", "discard it: partners drafts discard")
        if letter.status != "drafted":
            self._hold(row, f"It may not go out: {letter.reason}", "the next run looks again")
        return replace(letter, id=row["id"])

    def _letter(self, decision: Decision, waiting: Mapping[str, Any]) -> Letter | None:
        firing = ground(decision, waiting, self.letters.rulebook)
        if firing is None:
            return None
        return self.letters.write(decision, Episode(firing, waiting["occasion"]["n"]))

    def _hold(self, row: Mapping[str, Any], what: str, remedy: str) -> NoReturn:
        """Note beside a draft why it was not released, and raise DraftHeld."""
        with self.store.transaction() as connection:
            noted = update(draft).where(draft.c.id == row["id"], draft.c.status == row["status"])
            connection.execute(noted.values(reason=f"Not released on {self.now.date()}. {what}"))
        raise held(row, what, remedy)

    def _write(
        self, connection: Connection, row: Mapping[str, Any], writes: Iterator[Write]
    ) -> None:
        """Queue what the CRM is to learn."""
        told = [(row["partner_id"], row["decision_id"], write) for write in writes]
        queue(connection, told, self.now)


def _stale(row: Mapping[str, Any], letter: Letter) -> str:
    """Return what a draft says that would be said otherwise today, "" if nothing.

    What a person has edited and read stays as it is when only its template has changed.
    """
    if says_the_same(row, letter):
        return ""
    return news_of(row, letter) or ("" if row["edit"] else "its template has changed")
