"""What a story is: who it may be about, where it begins, and what is told."""

from collections.abc import Callable
from dataclasses import dataclass

from partners.demo.partner import Partner

__all__ = ["EVERYBODY", "FIRMS", "HNWI", "INSTITUTIONS", "PARTNERS", "PUBLIC", "Story"]

FIRMS = ("corporation",)
HNWI = ("hnwi",)
PUBLIC = ("public",)
INSTITUTIONS = ("corporation", "foundation")
PARTNERS = ("corporation", "foundation", "hnwi")
EVERYBODY = (*PARTNERS, *PUBLIC)


@dataclass(frozen=True)
class Story:
    """One situation, told about each audience in turn.

    `stage` is what stands in the CRM and `since` how many days ago it began; a newcomer has
    neither. `alone` leaves out the contact person.
    """

    name: str
    tell: Callable[[Partner], None]
    audiences: tuple[str, ...] = EVERYBODY
    stage: str | None = None
    since: int | None = None
    alone: bool = False

    @property
    def times(self) -> int:
        """Return how often a population must tell it for rules to be seen at work."""
        return max(2, len(self.audiences) // 2 * 2)
