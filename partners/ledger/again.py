"""One decision made again, by the rules that made it, and what comes out otherwise."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lifecycle.conditions import Parameters
from lifecycle.deciding import Decider, Engine
from lifecycle.rulebook import Rulebook
from partners.ledger.clerk import BASELINE, Clerk, Told
from partners.ledger.reading import read_recorded
from partners.ledger.rulebooks import KeptRulebooks
from partners.store import JsonText

__all__ = ["Again", "Choose", "Difference"]

Row = Any
Choose = Callable[[Rulebook, Parameters], Engine]
"""Returns the engine that decides by a rulebook with the parameters of a day."""
_MOST_KEPT = 8


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

    def rules_of(self, row: Row) -> Rulebook | None:
        """Return the rules that made a decision; None when they are not kept."""
        return self._rulebooks.find(row.rulebook_hash)

    def differences(self, row: Row) -> list[Difference]:
        """Return what comes out otherwise when a decision is made again."""
        day = row.decided_at.date()
        case, left_out = read_recorded(row.partner_id, day, row.facts, row.recorded)
        decider, clerk = self._by(row, day, left_out)
        decided = decider.decide(case)
        if row.by == BASELINE:
            decided = replace(decided, why_not=())
        again, recorded = _plain(clerk.public(case, decided)), _recorded(row)
        return [
            Difference(row.id, row.partner_id, day, part, recorded[part], again[part])
            for part in Told._fields
            if recorded[part] != again[part]
        ]

    def _by(self, row: Row, day: date, left_out: Sequence[str]) -> tuple[Decider, Clerk]:
        rulebook, moving = self.rules_of(row), row.by != BASELINE
        if rulebook is None:
            raise ValueError(f"the rules of decision {row.id} are not kept")
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


def _recorded(row: Row) -> dict[str, Any]:
    """Return what was stored. Which episodes began hangs on the past, and is left out."""
    fired = [{name: each[name] for name in each if name != "n"} for each in row.fired]
    return {name: getattr(row, name) for name in Told._fields} | {"fired": fired}
