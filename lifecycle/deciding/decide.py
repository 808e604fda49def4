"""Decide one partner, with why and why not. The sweep computes the same for all at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lifecycle.conditions import Facts, Value
from lifecycle.deciding.anchors import anchor_of
from lifecycle.deciding.decision import Decision, Move
from lifecycle.deciding.engine import ACTING, EVERY, Engine, Part
from lifecycle.deciding.explain import Explainer
from lifecycle.deciding.path import Path
from lifecycle.facts import RowKind
from lifecycle.rulebook import OUT_OF_POLICY, SUSPENDED, Rule, Rulebook

__all__ = ["Case", "Decider"]


@dataclass(frozen=True)
class Case:
    """One partner on one day: its facts, its rows by kind, and what each rule last acted on.

    `acted` gives the anchor of each rule's latest episode for the partner, and for each one that
    was merged into it. `person_moved` is the stage we had before a person set another one in the
    CRM; `by` is that person, where known.
    `still`: a person set the stage and nothing is new since, so no rule moves the partner.
    """

    facts: Facts
    rows: Mapping[RowKind, Sequence[Facts]]
    acted: Mapping[str, frozenset[str]]
    person_moved: str | None = None
    by: str | None = None
    still: bool = False


class Decider:
    """Decides partners one at a time, by one rulebook on one day, with an engine for its rules.

    `moving=False` leaves every partner at its stage, to see what holds there.
    """

    def __init__(
        self, rulebook: Rulebook, day: date, engine: Engine, *, moving: bool = True
    ) -> None:
        self._moving = moving
        self._by_id = rulebook.by_id
        self._places = {rule.id: place for place, rule in enumerate(rulebook.rules)}
        self._strata = rulebook.strata
        self._unknown = dict.fromkeys(rulebook.notes)
        self._day = day
        self._engine = engine
        self._explainer = Explainer(rulebook.rules, rulebook.on(day))

    def decide(self, case: Case) -> Decision:
        """Return where the partner comes to rest, and every rule that spoke on the way."""
        path = Path(case.facts, self._day, _by_person(case))
        held = self._concluded(path)
        move = self._next_move(held, path, case)
        while move is not None and not _stays(path, case):
            path.move(move, str(move.then.move_to))
            held = self._concluded(path)
            move = self._next_move(held, path, case)
        path.note((rule for rule in held if not rule.then.move_to), path.facts)
        for kind, rows in case.rows.items():
            for row in rows:
                facts = {**path.facts, **row}
                path.note(self._holding(facts, kind), facts)
        return self._decision(path, withheld=move)

    def _holding(self, facts: Facts, kind: RowKind | None = None, part: Part = EVERY) -> list[Rule]:
        return self._in_order(self._engine.holding(facts, kind, part))

    def _in_order(self, ids: Collection[str]) -> list[Rule]:
        return [self._by_id[name] for name in sorted(ids, key=self._places.__getitem__)]

    def _concluded(self, path: Path) -> list[Rule]:
        """Draw conclusions where the partner stands; return the rules that hold then.

        Each rule is asked once: those that draw a conclusion before the rules that may ask for it.
        """
        path.conclude(self._unknown)
        held_now: set[str] = set()
        for part, stratum in enumerate(self._strata):
            held = self._holding(path.facts, part=part)
            path.conclude(self._drawn(stratum, held, path))
            held_now.update(rule.id for rule in held if rule.then.set)
        return self._in_order(held_now | self._engine.holding(path.facts, None, ACTING))

    def _drawn(self, stratum: Collection[str], held: list[Rule], path: Path) -> dict[str, Value]:
        """Return what is concluded in a stratum: of several rules for one name the first speaks."""
        drawn: dict[str, Value] = {
            name: value
            for rule in reversed(held)
            for name, value in (rule.then.set or {}).items()
            if name in stratum
        }
        if SUSPENDED in stratum:
            drawn[SUSPENDED] = self._suspended(held, path)
        return drawn

    def _suspended(self, held: list[Rule], path: Path) -> bool:
        """Return the suspension after these rules; suspending wins over resuming."""
        before = bool(path.facts[SUSPENDED])
        suspending = [rule for rule in held if rule.then.suspend]
        resuming = [rule for rule in held if rule.then.resume]
        after = bool(suspending) or (before and not resuming)
        if after != before:
            # Afterwards a rule that asks for the suspension may hold no more: note it now.
            path.note([*suspending, *resuming], path.facts)
        return after

    def _next_move(self, held: list[Rule], path: Path, case: Case) -> Rule | None:
        for rule in held if self._moving else ():
            if rule.then.move_to is None or rule.then.move_to in path.visited:
                continue
            anchor = anchor_of(rule, path.facts)
            if anchor is not None and anchor not in case.acted.get(rule.id, ()):
                return rule
        return None

    def _decision(self, path: Path, withheld: Rule | None) -> Decision:
        facts = path.facts
        spoke = path.spoke
        return Decision(
            partner_id=str(facts["partner.id"]),
            day=self._day,
            stage=str(facts["stage"]),
            since=_date(facts["since"]),
            visit=int(str(facts["visit"])),
            suspended=bool(facts["suspended"]),
            moves=tuple(path.moves),
            firings=tuple(path.firings.values()),
            reasons={name: self._explainer.reason(*each) for name, each in spoke.items()},
            suppressed_by=tuple(name for name, (rule, _) in spoke.items() if rule.then.suppress),
            why_not=self._explainer.why_not(facts),
            withheld=withheld.id if withheld else None,
            facts=facts,
        )


def _stays(path: Path, case: Case) -> bool:
    """Return whether no rule moves the partner: a person set the stage, and has to see to it."""
    return case.still or path.facts.get(OUT_OF_POLICY) is True


def _by_person(case: Case) -> Move | None:
    if case.person_moved is None:
        return None
    return Move(case.person_moved, str(case.facts["stage"]), by=case.by or "somebody")


def _date(value: Value) -> date:
    if not isinstance(value, date):
        raise TypeError(f"not a date: {value!r}")
    return value
