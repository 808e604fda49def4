"""Filling in: what a compiled letter looks up while it is drawn up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lifecycle.drafting.house import House

__all__ = ["Filling", "Slot"]


@dataclass(frozen=True)
class Slot:
    """One expression of the templates, ready to be worked out for a draft.

    `field` is the record's field that it shows, "" for conditions and for the house's settings.
    `work_out` returns the text shown, or a condition's truth; it raises DraftRefused.
    """

    work_out: "Callable[[Filling], object]"
    field: str = ""


class Filling(dict[int, object]):
    """Answers of slots by number, each worked out once, when the letter first comes to it.

    So subject, HTML and text say the same, a branch not taken needs no value, and `provenance`
    lists exactly what the letter shows: (field, shown text) in order.
    """

    def __init__(self, slots: Sequence[Slot], facts: Mapping[str, object], house: House) -> None:
        super().__init__()
        self.facts = facts
        self.house = house
        self.provenance: list[tuple[str, str]] = []
        self._slots = slots

    def __missing__(self, number: int) -> object:
        """Work out a slot that the letter has not used before."""
        slot = self._slots[number]
        answer = self[number] = slot.work_out(self)
        if slot.field:
            self.provenance.append((slot.field, str(answer)))
        return answer
