"""One text that many letters share: the same words, with names where each has its own values."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from lifecycle.drafting.filling import Filling, Slot
from lifecycle.drafting.house import House
from lifecycle.drafting.template import Template

__all__ = ["Form", "Forms"]


@dataclass(frozen=True)
class Form:
    """A text to be merged: `{{contact_name}}` stands where a letter shows a value of its own.

    `names` has one name for each entry of such a letter's provenance, in its order.
    """

    id: str
    subject: str
    html: str
    text: str
    names: tuple[str, ...]


class Forms:
    """The texts behind letters, each made once: which it is depends on what the letter asked."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        self._slots = slots
        self._house: House | None = None
        self._made: dict[tuple[object, ...], Form] = {}

    def of(self, template: Template, filling: Filling) -> Form:
        """Return the text behind a letter that was filled in."""
        if filling.house is not self._house:
            self._house, self._made = filling.house, {}
        took = tuple(number for number, answer in filling.items() if answer is True)
        key = (template.purpose, template.audience, template.language, took)
        if key not in self._made:
            self._made[key] = self._make(template, filling)
        return self._made[key]

    def _make(self, template: Template, filling: Filling) -> Form:
        named = _Named(self._slots, filling)
        subject, html, text = template.compiled.render(named)
        told = "\0".join((template.language, subject, html, text))
        number = hashlib.sha256(told.encode()).hexdigest()[:12]
        return Form(f"TX-{number}", subject, html, text, tuple(named.names))


class _Named(Filling):
    """Answers like those of another filling, with a name in place of each value of the record."""

    def __init__(self, slots: Sequence[Slot], filled: Filling) -> None:
        super().__init__(slots, {}, filled.house)
        self.names: list[str] = []
        self._filled = filled

    def __missing__(self, number: int) -> object:
        """Name a slot that the letter has not used before."""
        field = self._slots[number].field
        if field:
            self.names.append(self._name(field.replace(".", "_")))
        answer = self[number] = "{{" + self.names[-1] + "}}" if field else self._filled[number]
        return answer

    def _name(self, wanted: str) -> str:
        """Return a name that no other value of the text has."""
        times = sum(name == wanted or name.startswith(f"{wanted}__") for name in self.names)
        return f"{wanted}__{times + 1}" if times else wanted
