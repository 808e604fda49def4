"""Releasing a draft: everything that could forbid it is asked once more, on the day itself.

A named person releases; the program sends nothing. What was drawn up from facts that have changed
since is stale: it is drawn up again first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NoReturn

import structlog
from sqlalchemy import Connection, delete, update

from crm_sync.outbox import Write
from lifecycle.deciding import Decision, Episode
from partners.job.desk import change, check_words, find_open, held, need
from partners.job.drafts import read_draft
from partners.job.final import final
from partners.job.letters import Letter, Letters
from partners.job.recording import Recorder
from partners.job.showing import show_partner
from partners.job.upkeep import Upkeep, delivered_file
from partners.job.writeback import KEY_FIELD, file_of, relabelled, released
from partners.store import Store, draft, outbox

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
        words = final(row).words
        check_words(self.letters.library, row, words)
        values = {"status": "released", "reason": None}
        with self.store.transaction() as connection:
            change(connection, row, values, by=by, now=self.now)
            # The file that staff see in the CRM says so too; one not written yet goes as it is.
            record = delivered_file(connection, row["id"])
            if record:
                self._queue(connection, row, released(row["id"], record, words.subject, by))
        _log.info("draft.released", draft=row["id"])
        return read_draft(self.store, row["id"])

    def redraw(self, wanted: str, *, drop_edit: bool = False) -> dict[str, Any]:
        """Draw a waiting draft up again from what is known today; return its row.

        An edit of words that are no longer there is dropped only if that is asked for. Raises
        DraftHeld as `release` does, and DraftUnknown.
        """
        row = find_open(self.store, wanted)
        letter = self._as_of_today(row)
        upkeep = Upkeep(self.letters, self.now)
        values = upkeep.drawn_again(letter, row)
        if row["edit"] and not values["edit"] and not drop_edit:
            what = "What was edited is no longer in the letter, so the edit would be lost."
            raise held(row, what, "see it: drafts show; then drafts redraw --drop-edit")
        with self.store.transaction() as connection:
            change(connection, row, values, by=row["changed_by"] or "", now=self.now)
            waits = (outbox.c.key == row["id"]) & (outbox.c.state != "delivered")
            connection.execute(delete(outbox).where(waits))
            record = delivered_file(connection, row["id"])
            for write in _new_file(letter, record, self.now):
                self._queue(connection, row, write)
        return read_draft(self.store, row["id"])

    def _as_of_today(self, row: Mapping[str, Any]) -> Letter:
        """Return the letter as it would be drawn up today; raise DraftHeld where it would not."""
        upkeep = Upkeep(self.letters, self.now)
        with self.store.reading() as connection:
            waiting = upkeep.living(connection, row)
        rulebook = self.letters.rulebook
        decision = show_partner(
            self.store, rulebook, waiting["partner_id"], self.now, self.engine
        ).decision
        letter = self._letter(upkeep, decision, waiting)
        if letter is None:
            self._hold(row, "Its occasion has passed.", "discard it: partners drafts discard")
        if letter.status != "drafted":
            self._hold(row, f"It may not go out: {letter.reason}", "the next run looks again")
        return replace(letter, id=row["id"])

    def _letter(
        self, upkeep: Upkeep, decision: Decision, waiting: Mapping[str, Any]
    ) -> Letter | None:
        firing = upkeep.ground(decision, waiting)
        if firing is None:
            return None
        return self.letters.write(decision, Episode(firing, waiting["occasion"]["n"]))

    def _hold(self, row: Mapping[str, Any], what: str, remedy: str) -> NoReturn:
        """Note beside a draft why it was not released, and raise DraftHeld."""
        with self.store.transaction() as connection:
            noted = update(draft).where(draft.c.id == row["id"], draft.c.status == row["status"])
            connection.execute(noted.values(reason=f"Not released on {self.now.date()}. {what}"))
        raise held(row, what, remedy)

    def _queue(self, connection: Connection, row: Mapping[str, Any], write: Write) -> None:
        recorder = Recorder(self.letters.rulebook, 0, self.engine, self.now)
        recorder.outbox(connection, [(row["partner_id"], row["decision_id"], write)])


def _stale(row: Mapping[str, Any], letter: Letter) -> str:
    """Return what a draft says that would be said otherwise today, "" if nothing."""
    if (row["subject"], row["text"]) == (letter.subject, letter.text):
        return ""
    then = dict(row["provenance"] or ())
    now = dict(letter.provenance)
    changes = [
        f"{field} was {then.get(field, 'not known')} and is {now.get(field, 'not known')}"
        for field in {**then, **now}
        if then.get(field) != now.get(field)
    ]
    return "; ".join(changes) or "its template, or who signs, has changed"


def _new_file(letter: Letter, record: str | None, now: datetime) -> Iterator[Write]:
    """Yield what puts the new words into the CRM, where a file once written stays as it was."""
    file = file_of(letter)
    if file is None:
        return
    if record is None:
        yield file
        return
    yield relabelled(letter.id, record, letter.subject, "drawn up again from newer facts")
    key = f"{letter.id}/{now:%Y%m%dT%H%M%S}"
    yield replace(file, key=key, fields={**file.fields, KEY_FIELD: key})
