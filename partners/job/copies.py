"""What the CRM holds of a letter, in every form that it has there, as the letter goes its way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select

from crm_sync.outbox import Write
from lifecycle.drafting import House
from partners.job.forms import changed, form_of, made, titled, wordless, words
from partners.job.letters import Letter, Letters
from partners.store import outbox

__all__ = ["Copies", "take_back", "withdrawn", "writes_of"]

_KEPT = ("delivered", "overwritten")


@dataclass(frozen=True)
class Copies:
    """Writes letters in their forms, and says on them what became of the letter."""

    forms: tuple[str, ...]
    house: House

    @classmethod
    def of(cls, letters: Letters) -> "Copies":
        """Return the copies of what is drawn up there."""
        return cls(letters.copies, letters.house)

    def new(self, letter: Letter) -> Iterator[Write]:
        """Yield what makes a letter in the CRM; nothing if none was drawn."""
        if letter.html is not None:
            yield from (made(form, letter, self.house) for form in self.forms)

    def returned(self, connection: Connection, letter: Letter) -> Iterator[Write]:
        """Yield what has the CRM show a letter that may go out again."""
        there = _delivered(connection, letter.id)
        for form in self.forms:
            if form in there:
                told = words(letter) if form == "email" else _waiting(letter)
                yield changed(form, letter.id, there[form], told)
            else:
                yield made(form, letter, self.house)

    def redrawn(self, connection: Connection, letter: Letter, now: datetime) -> Iterator[Write]:
        """Yield what has the CRM show a letter that was drawn up again."""
        yield from self._anew(connection, letter, f"{now:%Y%m%dT%H%M%S}")

    def released(
        self, connection: Connection, row: Mapping[str, Any], letter: Letter, by: str
    ) -> Iterator[Write]:
        """Yield what has the CRM show the final words of a letter, and who released it."""
        who = f"Released by {by}. The program sends nothing."
        told = titled(f"Released: {letter.subject}", who)
        if row["edit"]:
            anew = self._anew(connection, letter, "released")
            yield from (_named(write, told) for write in anew)
            return
        take_back(connection, letter.id)
        there = _delivered(connection, letter.id)
        for form in self.forms:
            if form in there:
                said = words(letter) if form == "email" else told
                yield changed(form, letter.id, there[form], said)
            else:
                yield _named(made(form, letter, self.house), told)

    def _anew(self, connection: Connection, letter: Letter, stamp: str) -> Iterator[Write]:
        """Yield the letter in new words."""
        take_back(connection, letter.id)
        there = _delivered(connection, letter.id)
        for form in self.forms:
            if form not in there:
                yield made(form, letter, self.house)
            elif form == "email":
                yield changed(form, letter.id, there[form], words(letter))
            else:
                yield made(form, letter, self.house, stamp, replacing=there[form])


def withdrawn(
    connection: Connection, letter_id: str, subject: str | None, reason: str
) -> Iterator[Write]:
    """Yield what has the CRM say that a letter must not go out, in every form that it has there."""
    take_back(connection, letter_id)
    for form, record in _delivered(connection, letter_id).items():
        yield _withdrawn(form, letter_id, record, subject, reason)


def take_back(connection: Connection, letter_id: str) -> None:
    """Drop what has not been written to the CRM of a letter: it need not go out at all."""
    connection.execute(delete(outbox).where(writes_of(letter_id), outbox.c.state.not_in(_KEPT)))


def writes_of(letter_id: str) -> ColumnElement[bool]:
    """Return the condition for everything in the outbox that is about a letter."""
    # After the id comes `.` or `/`, which the zero follows: a range that the index can answer.
    return (outbox.c.key >= letter_id) & (outbox.c.key < f"{letter_id}0")


def _delivered(connection: Connection, letter_id: str) -> dict[str, str]:
    """Return the CRM's latest record of a letter in each form that has one."""
    here = writes_of(letter_id) & (outbox.c.operation == "create") & outbox.c.state.in_(_KEPT)
    query = select(outbox.c.key, outbox.c.crm_id).where(here).order_by(outbox.c.id)
    return {form_of(row.key): row.crm_id for row in connection.execute(query)}


def _withdrawn(form: str, letter_id: str, record: str, subject: str | None, reason: str) -> Write:
    if form == "email":
        return changed(form, letter_id, record, wordless(subject, reason))
    said = titled(f"Withdrawn: {subject}", f"Withdrawn: {reason}")
    return changed(form, letter_id, record, said)


def _named(write: Write, told: Mapping[str, object]) -> Write:
    """Return what makes a file under another title; all else as it is."""
    is_file = write.operation == "create" and write.object == "ContentVersion"
    return replace(write, fields={**write.fields, **told}) if is_file else write


def _waiting(letter: Letter) -> dict[str, object]:
    return titled(f"Draft: {letter.subject}", "Draft for release, not sent.")
