"""A mailing: one text that a person has read, released for everybody to whom it may go today.

What could forbid a letter is asked for each one, as for a single release. Killed anywhere and
called again with the same text and name, it goes on, and writes its files whole.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, and_, bindparam, insert, select, update

from lifecycle.deciding import Decider, Decision, Episode, NativeEngine, cases
from lifecycle.drafting import is_address
from partners.errors import DraftHeld
from partners.folders import writing_to
from partners.job.chunks import in_chunks
from partners.job.copies import Copies
from partners.job.ground import ground, rows_of
from partners.job.letters import Letter, Letters
from partners.job.looking import Population
from partners.job.mailing_files import (
    LEFT_OUT,
    Writing,
    left_out_row,
    rows_to,
    write_recipients,
    write_text,
)
from partners.job.queueing import queue
from partners.job.staleness import news_of, says_the_same
from partners.store import Store, draft, mailing, read_aliases

__all__ = ["Mailed", "Mailing"]

_AT_ONCE = 2_000
_ASIDE = ("suppressed", "refused", "edited", "stale")
_ONCE = "another letter of this mailing goes to the same partner"
_BY_HAND = "a person has edited it: release it by itself"
_log = structlog.get_logger()
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Mailed:
    """What came of a mailing: its id, for how many it was released, how many were left out."""

    id: str
    released: int
    left_out: int


@dataclass(frozen=True)
class Mailing:
    """Releases one text, in the name of a person, into a folder."""

    store: Store
    letters: Letters
    now: datetime
    by: str
    text: Mapping[str, Any]

    def __call__(self, folder: Path, progress: Callable[[int, int], None]) -> Mailed:
        """Release the letters that may go out today, and write the files of the mailing.

        Raises DraftHeld where the text breaks policy or nobody is named, SettingsError when the
        folder cannot be written.
        """
        self._check()
        number = self._begin()
        with writing_to(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with rows_to(folder / "left_out.csv", LEFT_OUT) as leave_out:
                self._others(leave_out)
                self._release(number, leave_out, progress)
            write_text(self.text, folder)
            house = self.letters.house
            released = write_recipients(self.store, number, self.text, house, folder)
        with self.store.transaction() as connection:
            done = update(mailing).where(mailing.c.id == number)
            connection.execute(done.values(status="done", done_at=self.now))
        _log.info("mailing.done", mailing=number, released=released, left_out=leave_out.rows)
        return Mailed(number, released, leave_out.rows)

    def _check(self) -> None:
        where = f"text {self.text['id']} ({self.text['purpose']})"
        if not self.by.strip():
            raise DraftHeld("It needs --by.", where=where, remedy="write it: --by …")
        words = f"{self.text['subject']}\n{self.text['text']}"
        broken = self.letters.library.policy.broken(words, self.text["language"])
        if broken:
            remedy = "say it in other words in its template; then `partners run`"
            raise DraftHeld(" ".join(map(str, broken)), where=where, remedy=remedy)

    def _begin(self) -> str:
        """Return the mailing's id: of the one that was broken off, if there is one."""
        mine = (mailing.c.form_id == self.text["id"]) & (mailing.c.by == self.by)
        unfinished = select(mailing.c.id).where(mine, mailing.c.status == "open")
        with self.store.transaction() as connection:
            begun = connection.execute(unfinished).scalar()
            if begun is not None:
                return str(begun)
            number = f"{self.text['id'].replace('TX', 'ML')}-{self.now:%Y%m%dT%H%M%S}"
            row = {"id": number, "form_id": self.text["id"], "by": self.by, "status": "open"}
            connection.execute(insert(mailing).values({**row, "begun_at": self.now}))
            return number

    def _others(self, leave_out: Writing) -> None:
        """Tell of the letters of this purpose that wait apart: withheld, refused, or edited."""
        names = ("id", "partner_id", "contact_id", "language", "status", "reason")
        query = select(*(draft.c[name] for name in names)).where(
            draft.c.purpose == self.text["purpose"],
            draft.c.audience == "public",
            draft.c.status.in_(_ASIDE),
        )
        with self.store.reading() as connection:
            streamed = connection.execution_options(yield_per=_AT_ONCE).execute(query)
            for row in streamed.mappings():
                reason = _BY_HAND if row["status"] == "edited" else row["reason"]
                leave_out(left_out_row(dict(row), reason))

    def _release(
        self, number: str, leave_out: Writing, progress: Callable[[int, int], None]
    ) -> None:
        rulebook, day = self.letters.rulebook, self.now.date()
        decider = Decider(rulebook, day, NativeEngine(rulebook.rules, rulebook.on(day)))
        waiting, done = self._waiting(), 0
        total = len(waiting)
        everybody = Population.read(self.store, rulebook, day)
        for seen in everybody.looks(rulebook):
            here = waiting & set(seen.sweep.outcome["partner.id"])
            waiting -= here
            for some in in_chunks(cases(seen.sweep, seen.acted, only=here), _AT_ONCE):
                decisions = [decider.decide(case) for case in some]
                with self.store.transaction() as connection:
                    self._release_some(connection, number, decisions, leave_out)
                done += len(decisions)
                progress(done, total)
        for gone in sorted(waiting):
            leave_out([None, gone, None, None, None, "the partner is no longer in the mirror"])

    def _waiting(self) -> set[str]:
        query = select(draft.c.partner_id).where(self._wait()).distinct()
        with self.store.reading() as connection:
            aliases = read_aliases(connection)
            return {aliases.get(each, each) for each in connection.scalars(query)}

    def _wait(self) -> ColumnElement[bool]:
        return and_(draft.c.form_id == self.text["id"], draft.c.status == "drafted")

    def _release_some(
        self,
        connection: Connection,
        number: str,
        decisions: Sequence[Decision],
        leave_out: Writing,
    ) -> None:
        ids = [decision.partner_id for decision in decisions]
        rows = rows_of(
            connection, select(draft).where(self._wait()), ids, self.letters.rulebook, ()
        )
        released: list[tuple[Row, Letter]] = []
        for decision in decisions:
            written_to = False
            for row in rows.get(decision.partner_id, ()):
                letter, why = self._as_of_today(decision, row)
                if letter is None or written_to:
                    leave_out(left_out_row(row, why or _ONCE))
                else:
                    released.append((row, letter))
                    written_to = True
        if released:
            self._let_go(connection, number, released)

    def _as_of_today(self, decision: Decision, row: Row) -> tuple[Letter | None, str]:
        """Return a letter as it would be drawn up today, or why it may not go out ("": it may)."""
        firing = ground(decision, row, self.letters.rulebook)
        if firing is None:
            return None, "its occasion has passed"
        letter = self.letters.write(decision, Episode(firing, row["occasion"]["n"]))
        if letter is None or letter.status != "drafted":
            return None, (letter.reason if letter else None) or "no rule asks for it"
        if not says_the_same(row, letter):
            told = news_of(row, letter) or "its template has changed"
            return None, f"it is stale: {told}; the next run draws it up again"
        if not is_address(str(decision.facts.get("contact.email") or "")):
            return None, "there is no e-mail address that can be used"
        return replace(letter, id=row["id"]), ""

    def _let_go(
        self, connection: Connection, number: str, released: Sequence[tuple[Row, Letter]]
    ) -> None:
        told = {"status": "released", "reason": None, "mailing_id": number, "changed_by": self.by}
        each = update(draft).where(draft.c.id == bindparam("its")).values(**told)
        its = [{"its": row["id"]} for row, _letter in released]
        connection.execute(each.values(changed_at=self.now), its)
        copies = Copies.of(self.letters)
        told_of = [
            (row["partner_id"], row["decision_id"], write)
            for row, letter in released
            for write in copies.released(connection, row, letter, self.by)
        ]
        queue(connection, told_of, self.now)
