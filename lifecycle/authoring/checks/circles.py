"""Circles of moves: rules that send a partner round and round, run after run, on the same facts."""

from collections.abc import Iterator, Mapping

from lifecycle.authoring.findings import Finding, of_rule
from lifecycle.authoring.possible import possible
from lifecycle.conditions import Node, ValueType
from lifecycle.conditions.tree import Fact, Literal, with_facts
from lifecycle.facts import STAGES
from lifecycle.rulebook import Rule, Rulebook

__all__ = ["check_circles"]

_STAY = ("since", "days_in_stage", "visit", "suspended")
"""What is another thing at each stage, as are the conclusions that rules draw there."""
_MOST_STEPS = 2_000
"""Moves tried in one check, so that a book of ten thousand rules is checked in seconds."""
_REMEDY = "let one of them ask for what the others do not, or act once per something (`once_per`)"
_Move = tuple[Rule, Node]
"""A rule that moves, and what it asks at one stage."""
_Way = tuple[_Move, ...]


def check_circles(rulebook: Rulebook) -> Iterator[Finding]:
    """Find moves that lead back to where other moves come from, while all of them hold."""
    told: set[str] = set()
    for *way, (back, _) in _Search(rulebook).circles():
        if back.id not in told:
            told.add(back.id)
            on = ", ".join(f"{rule.id} moves on to {rule.then.move_to}" for rule, _ in way)
            what = f"leads back to {back.then.move_to}, where on the same facts {on}"
            yield of_rule(back, "circle", what, _REMEDY)


class _Search:
    """Follows moves from each stage until they come back to it."""

    def __init__(self, rulebook: Rulebook) -> None:
        # A move with an anchor is made once for each value of it: that ends the circle.
        moves = [rule for rule in rulebook.rules if rule.then.move_to and _again(rule)]
        self.steps = 0
        self.moves: Mapping[str, list[_Move]] = {
            stage: [(rule, _asked(rule, stage)) for rule in moves if _leaves(rule, stage)]
            for stage in STAGES
        }
        if len(moves) * len(STAGES) <= _MOST_STEPS:
            self.moves = {
                stage: [(rule, asked) for rule, asked in found if possible([asked])]
                for stage, found in self.moves.items()
            }

    def circles(self) -> Iterator[_Way]:
        """Yield the moves of each circle, from its earliest stage on."""
        for start in STAGES:
            yield from self._from(start, self._leading_to(start), start, ())

    def _from(self, start: str, leading: set[str], here: str, way: _Way) -> Iterator[_Way]:
        been = {rule.then.move_to for rule, _ in way}
        for move in self.moves[here]:
            goal = str(move[0].then.move_to)
            if goal in leading - been and self._hold_together((*way, move)):
                if goal == start:
                    yield (*way, move)
                else:
                    yield from self._from(start, leading, goal, (*way, move))

    def _leading_to(self, start: str) -> set[str]:
        """Return a stage and all later ones from which moves lead to it."""
        later, found = STAGES[STAGES.index(start) :], {start}
        for _ in later:
            found |= {
                stage
                for stage in later
                if any(rule.then.move_to in found for rule, _ in self.moves[stage])
            }
        return found

    def _hold_together(self, way: _Way) -> bool:
        self.steps += 1
        return self.steps <= _MOST_STEPS and possible(asked for _, asked in way)


def _again(rule: Rule) -> bool:
    """Return whether a move is made again when the partner comes back."""
    return rule.once_per is None or rule.once_per in _STAY


def _leaves(rule: Rule, stage: str) -> bool:
    return rule.applies_at(stage) and rule.then.move_to != stage


def _asked(rule: Rule, stage: str) -> Node:
    """Return what a rule asks of a partner at a stage."""
    return with_facts(rule.when, lambda fact: _there(fact, stage))


def _there(fact: Fact, stage: str) -> Node:
    """Return a fact as a partner has it that came to a stage today, and may have to wait there."""
    if fact.name == "stage":
        return Literal(stage, ValueType.TEXT)
    if fact.name == "since":
        return Fact("today", fact.type)
    own = fact.name in _STAY or fact.name.startswith("note.")
    return Fact(f"{fact.name} at {stage}", fact.type, fact.values) if own else fact
