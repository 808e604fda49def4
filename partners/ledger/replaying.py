"""Decide again from what was recorded, by the rules that decided, and show any difference."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from lifecycle.conditions import Parameters
from lifecycle.deciding import Decider, Engine
from lifecycle.rulebook import Rulebook
from partners.ledger.clerk import BASELINE, Clerk, Told
from partners.ledger.reading import read_recorded
from partners.ledger.rulebooks import KeptRulebooks
from partners.store import JsonText, Store, decision, decision_private

__all__ = ["Difference", "Replayed", "Wanted", "replay"]

Row = Any
Choose = Callable[[Rulebook, Parameters], Engine]
"""Returns the engine that decides by a rulebook with the parameters of a day."""
_MOST_DIFFERENCES = 1_000
_MOST_KEPT = 8


class Wanted(NamedTuple):
    """Which decisions are made again: of one partner, from a day on, the last so many; or all."""

    partner: str | None = None
    since: date | None = None
    limit: int | None = None


@dataclass(frozen=True)
class Difference:
    """One part of a decision that comes out otherwise now."""

    decision: int
    partner: str
    day: date
    part: str
    recorded: Any
    again: Any


@dataclass
class Replayed:
    """How many decisions came out the same; of very many differences only the first are told.

    Nothing is decided again that a person decided, whose private row was erased, or whose rules are
    not kept.
    """

    same: int = 0
    different: int = 0
    by_persons: int = 0
    erased: int = 0
    without_rules: int = 0
    differences: list[Difference] = field(default_factory=list)

    def note(self, found: Sequence[Difference]) -> None:
        """Count a decision that was made again."""
        self.different += bool(found)
        self.same += not found
        self.differences += found[: _MOST_DIFFERENCES - len(self.differences)]


def replay(store: Store, choose: Choose, wanted: Wanted) -> Replayed:
    """Decide again, the latest first; store nothing.

    Raises RulebookError when this version of the library cannot read rules that decided.
    """
    done = Replayed()
    with store.reading() as connection:
        again = _Again(KeptRulebooks(connection), choose)
        for row in connection.execute(_query(wanted), execution_options={"yield_per": 1_000}):
            if row.kind == "erasure":
                continue
            if row.kind == "person":
                done.by_persons += 1
            elif row.recorded is None:
                done.erased += 1
            elif again.rules_of(row) is None:
                done.without_rules += 1
            else:
                done.note(again.differences(row))
    return done


def _query(wanted: Wanted) -> Select[Any]:
    beside = decision_private.c.decision_id == decision.c.id
    query = select(decision, decision_private.c.recorded).outerjoin(decision_private, beside)
    if wanted.partner is not None:
        query = query.where(decision.c.partner_id == wanted.partner)
    if wanted.since is not None:
        begin = datetime.combine(wanted.since, datetime.min.time(), tzinfo=UTC)
        query = query.where(decision.c.decided_at >= begin)
    return query.order_by(decision.c.id.desc()).limit(wanted.limit)


class _Again:
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
