"""One sweep of one partner that may be any: formulas for each step until it comes to rest.

The same steps as `deciding.decide` takes: conclusions stratum by stratum, then the first move that
is free, each stage at most once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import z3

from lifecycle.conditions import FactType, Node, Parameters, ValueType, fact_names
from lifecycle.conditions.proofs import Terms, read_proofs
from lifecycle.conditions.terms import Term, constant, either, equal, holds
from lifecycle.facts import STAGES
from lifecycle.rulebook import OUT_OF_POLICY, SUSPENDED, Rule, Rulebook

__all__ = ["Followed", "Follower", "Step"]

_STAGE = FactType(ValueType.TEXT, STAGES)
_YES = constant(True, FactType(ValueType.BOOLEAN))


@dataclass(frozen=True)
class Step:
    """The partner at one stage: facts with all conclusions drawn, and the move it makes from there.

    `reached` says whether it gets so far; `asked` are the rules that suspend or resume, where they
    changed the suspension; `moves` says of each rule whether it moves the partner on.
    """

    reached: z3.BoolRef
    facts: Terms
    suspending: z3.BoolRef
    resuming: z3.BoolRef
    asked: Mapping[str, z3.BoolRef]
    moves: Mapping[str, z3.BoolRef]
    anchors: Mapping[str, Term]

    @property
    def moving(self) -> z3.BoolRef:
        """Return whether the partner moves on from here."""
        return z3.And(self.reached, z3.Or(list(self.moves.values())))


@dataclass(frozen=True)
class Followed:
    """A partner's sweep: the steps it may take, and its facts where it rests."""

    steps: tuple[Step, ...]
    rest: Terms
    acted: Terms
    """What each rule that moves had acted on afterwards."""


@dataclass
class Follower:
    """Follows partners by one rulebook and the parameters of a day."""

    rulebook: Rulebook
    parameters: Parameters
    _moving: list[Rule] = field(init=False)
    _read_before: dict[int, tuple[list[str], dict[tuple[Term, ...], z3.BoolRef]]] = field(
        default_factory=dict, init=False
    )

    def __post_init__(self) -> None:
        self._moving = [rule for rule in self.rulebook.rules if rule.then.move_to]

    def holds(self, rule: Rule, facts: Terms) -> z3.BoolRef:
        """Return whether a rule holds, at the stage that is among the facts."""
        here = [self._at(facts, rule.stage)] if rule.stage else []
        return z3.And([*here, *(self._read(node, facts) for node in rule.conditions)])

    def _read(self, node: Node, facts: Terms) -> z3.BoolRef:
        """Read a condition once for the same facts: most do not change on the way."""
        names, formulas = self._read_before.setdefault(id(node), (sorted(fact_names(node)), {}))
        key = tuple(facts[name] for name in names)
        if key not in formulas:
            formulas[key] = holds(read_proofs(node, facts, self.parameters))
        return formulas[key]

    def follow(self, facts: Terms, acted: Terms) -> Followed:
        """Follow a partner from its facts until it rests.

        `acted` has by rule what a moving rule with `once_per` last acted on.
        """
        visited = {stage: self._at(facts, stage) for stage in STAGES}
        reached, steps = z3.BoolVal(True), list[Step]()
        for _ in STAGES:
            step = self._step(facts, acted, visited, reached)
            steps.append(step)
            visited = {
                stage: z3.Or(seen, self._goes(step, stage)) for stage, seen in visited.items()
            }
            facts, reached = self._arrived(step), step.moving
        return Followed(tuple(steps), _at_rest(steps), self._acted(steps, acted))

    def restless(self, facts: Terms, acted: Terms) -> z3.BoolRef:
        """Return whether a partner at these facts would change its stage or suspension."""
        visited = {stage: self._at(facts, stage) for stage in STAGES}
        step = self._step(facts, acted, visited, z3.BoolVal(True))
        return z3.Or(step.moving, z3.Not(equal(facts[SUSPENDED], step.facts[SUSPENDED])))

    def _at(self, facts: Terms, stage: str) -> z3.BoolRef:
        return facts["stage"].value == STAGES.index(stage)

    def _goes(self, step: Step, stage: str) -> z3.BoolRef:
        there = [step.moves[rule.id] for rule in self._moving if rule.then.move_to == stage]
        return z3.And(step.reached, z3.Or(there))

    def _step(
        self, facts: Terms, acted: Terms, visited: Mapping[str, z3.BoolRef], reached: z3.BoolRef
    ) -> Step:
        nothing = {name: constant(None, kind) for name, kind in self.rulebook.notes.items()}
        before, now = facts[SUSPENDED], {**facts, **nothing}
        suspending = resuming = z3.BoolVal(False)
        asking: dict[str, z3.BoolRef] = {}
        for stratum in self.rulebook.strata:
            drawn = dict[str, Term]()
            for name, rules in stratum.items():
                held = {rule.id: self.holds(rule, now) for rule in rules}
                if name == SUSPENDED:
                    asking = held
                    suspending = z3.Or([held[rule.id] for rule in rules if rule.then.suspend])
                    resuming = z3.Or([held[rule.id] for rule in rules if rule.then.resume])
                    still = z3.And(before.value, z3.Not(resuming))
                    drawn[name] = Term(z3.Or(suspending, still), z3.BoolVal(True))
                else:
                    drawn[name] = self._drawn(name, rules, held)
            now = {**now, **drawn}
        changed = z3.And(reached, before.value != now[SUSPENDED].value)
        return Step(
            reached=reached,
            facts=now,
            suspending=suspending,
            resuming=resuming,
            asked={rule: z3.And(changed, held) for rule, held in asking.items()},
            moves=self._moves(now, acted, visited),
            anchors={rule.id: now[rule.once_per] for rule in self._moving if rule.once_per},
        )

    def _drawn(self, name: str, rules: Iterable[Rule], held: Mapping[str, z3.BoolRef]) -> Term:
        kind = self.rulebook.notes[name]
        value = constant(None, kind)
        for rule in reversed(tuple(rules)):
            said = constant((rule.then.set or {})[name], kind)
            value = either(held[rule.id], said, value)
        return value

    def _moves(
        self, facts: Terms, acted: Terms, visited: Mapping[str, z3.BoolRef]
    ) -> dict[str, z3.BoolRef]:
        """Return for each rule whether it is the first that may move the partner."""
        moves: dict[str, z3.BoolRef] = {}
        earlier = holds(facts[OUT_OF_POLICY]) if OUT_OF_POLICY in facts else z3.BoolVal(False)
        for rule in self._moving:
            free = z3.And(self.holds(rule, facts), z3.Not(visited[str(rule.then.move_to)]))
            if rule.once_per:
                free = z3.And(free, _armed(facts[rule.once_per], acted[rule.id]))
            moves[rule.id] = z3.And(free, z3.Not(earlier))
            earlier = z3.Or(earlier, free)
        return moves

    def _arrived(self, step: Step) -> Terms:
        """Return the facts after the step's move, if it makes one: the new stage begins today."""
        facts = step.facts
        stage = facts["stage"]
        for rule in self._moving:
            stage = either(step.moves[rule.id], constant(rule.then.move_to, _STAGE), stage)
        visit = facts["visit"]
        entered = {
            "stage": stage,
            "since": facts["today"],
            "days_in_stage": constant(0, FactType(ValueType.NUMBER)),
            "visit": Term(visit.value + 1, visit.known),
            "set_from": constant(None, _STAGE),
        }
        return {**facts, **entered}

    def _acted(self, steps: Iterable[Step], acted: Terms) -> Terms:
        found = dict(acted)
        for step in steps:
            for rule, anchor in step.anchors.items():
                moved = z3.And(step.reached, step.moves[rule])
                found[rule] = either(moved, anchor, found[rule])
        return found


def _armed(anchor: Term, acted: Term) -> z3.BoolRef:
    """Return whether a rule may act: its anchor is known, and not the one it last acted on."""
    return z3.And(anchor.known, z3.Not(z3.And(acted.known, equal(anchor, acted))))


def _at_rest(steps: Iterable[Step]) -> Terms:
    """Return the facts of the last step that is reached."""
    first, *later = steps
    rest = dict(first.facts)
    for step in later:
        for name, term in step.facts.items():
            if term is not rest[name]:
                rest[name] = either(step.reached, term, rest[name])
    return rest
