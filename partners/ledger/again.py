"""One decision made again, by the rules that made it, and what comes out otherwise."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lifecycle.conditions import Parameters
from lifecycle.deciding import Decider, Engine, summarise
from lifecycle.rulebook import Rulebook
from partners.ledger.clerk import BASELINE, Clerk, Told
from partners.ledger.kept import Kept
from partners.ledger.reading import read_recorded
from partners.ledger.rulebooks import KeptRulebooks
from partners.ledger.staff import staff_texts
from partners.store import JsonText

__all__ = ["Again", "Choose", "Difference"]

Choose = Callable[[Rulebook, Parameters], Engine]
"""Returns the engine that decides by a rulebook with the parameters of a day."""
_MOST_KEPT = 8
_PAST: Any = {"fired": {"__all__": {"n"}}}
"""Which episodes began hangs on the past."""


@dataclass(frozen=True)
class Difference:
    """One part of a decision that comes out otherwise now."""

    decision: int
    partner: str
    day: date
    part: str
    recorded: Any
    again: Any


class Again:
    """Makes decisions again; who decides by some rules on a day is kept for the next decision."""

    def __init__(self, rulebooks: KeptRulebooks, choose: Choose) -> None:
        self._rulebooks = rulebooks
        self._choose = choose
        self._made: dict[tuple[object, ...], tuple[Decider, Clerk]] = {}

    def rules_of(self, kept: Kept) -> Rulebook | None:
        """Return the rules that made a decision; None when they are not kept."""
        return self._rulebooks.find(kept.rulebook_hash)

    def differences(self, kept: Kept) -> list[Difference]:
        """Return what comes out otherwise when a decision is made again.

        Raises Unreadable where what it was made from cannot be read, and ParameterTooEarly.
        """
        day, rulebook = kept.decided_at.date(), self.rules_of(kept)
        if rulebook is None:
            raise ValueError(f"the rules of decision {kept.id} are not kept")
        case, left_out = read_recorded(kept)
        decider, clerk = self._by(rulebook, day, left_out, moving=kept.by != BASELINE)
        decided = decider.decide(case)
        if kept.by == BASELINE:
            decided = replace(decided, why_not=())
        again = _plain(clerk.public(case, decided))
        recorded = kept.model_dump(include=set(again), exclude=_PAST)
        if kept.stands is not None:
            beside = staff_texts(summarise(decided, rulebook))
            again |= beside
            recorded |= kept.model_dump(include=set(beside))
        return [
            Difference(kept.id, kept.partner_id, day, part, recorded[part], again[part])
            for part in again
            if recorded[part] != again[part]
        ]

    def _by(
        self, rulebook: Rulebook, day: date, left_out: Sequence[str], *, moving: bool
    ) -> tuple[Decider, Clerk]:
        key = (rulebook.digest, day, left_out, moving)
        if key not in self._made:
            if len(self._made) >= _MOST_KEPT:
                self._made.clear()
            rules = rulebook.without(left_out)
            engine = self._choose(rules, rules.on(day))
            self._made[key] = Decider(rules, day, engine, moving=moving), Clerk(rulebook, left_out)
        return self._made[key]


def _plain(told: Told) -> dict[str, Any]:
    return {
        name: json.loads(value) if isinstance(value, JsonText) else value
        for name, value in told._asdict().items()
    }
