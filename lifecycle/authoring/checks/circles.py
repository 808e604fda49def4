"""Circles of moves: rules that send a partner round and round, run after run, on the same facts."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from lifecycle.authoring.findings import Finding, of_rule
from lifecycle.authoring.possible import possible
from lifecycle.conditions import Node, ValueType, fact_names
from lifecycle.conditions.tree import And, Fact, Literal, Not, Or, with_facts
from lifecycle.facts import STAGES
from lifecycle.rulebook import Rule, Rulebook

__all__ = ["check_circles"]

_STAY = ("since", "days_in_stage", "visit", "suspended")
"""What is another thing at each stage."""
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
        own = _own(rulebook)
        self._drawn = _drawn(rulebook, own)
        self.steps = 0
        self.moves: Mapping[str, list[_Move]] = {
            stage: [(rule, _asked(rule, stage, own)) for rule in moves if _leaves(rule, stage)]
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
        asked = [condition for _, condition in way]
        return self.steps <= _MOST_STEPS and possible([*asked, *self._meant(asked)])

    def _meant(self, asked: Sequence[Node]) -> Iterator[Node]:
        """Yield for each conclusion that is asked that it is drawn where it has to be."""
        todo = [*asked]
        met: set[str] = set()
        while todo:
            for name in (fact_names(todo.pop()) & self._drawn.keys()) - met:
                met.add(name)
                drawing = self._drawn[name]
                todo += drawing
                yield Or((Fact(name, ValueType.BOOLEAN), And(tuple(map(Not, drawing)))))


def _again(rule: Rule) -> bool:
    """Return whether a move is made again when the partner comes back."""
    return rule.once_per is None or rule.once_per in _STAY


def _leaves(rule: Rule, stage: str) -> bool:
    return rule.applies_at(stage) and rule.then.move_to != stage


def _own(rulebook: Rulebook) -> set[str]:
    """Return what is another thing at each stage: the stay, and conclusions drawn from it."""
    own = {"stage", *_STAY}
    for stratum in rulebook.strata:
        for name, drawing in stratum.items():
            if any(rule.stage or own & fact_names(rule.when) for rule in drawing):
                own.add(name)
    return own


def _drawn(rulebook: Rulebook, own: Collection[str]) -> dict[str, list[Node]]:
    """Return when the conclusions are drawn that say yes, and the same at every stage."""
    return {
        name: [rule.when for rule in drawing]
        for stratum in rulebook.strata
        for name, drawing in stratum.items()
        if name not in own and all((rule.then.set or {}).get(name) is True for rule in drawing)
    }


def _asked(rule: Rule, stage: str, own: Collection[str]) -> Node:
    """Return what a rule asks of a partner at a stage."""
    return with_facts(rule.when, lambda fact: _there(fact, stage, own))


def _there(fact: Fact, stage: str, own: Collection[str]) -> Node:
    """Return a fact as a partner has it that came to a stage today, and may have to wait there."""
    if fact.name == "stage":
        return Literal(stage, ValueType.TEXT)
    if fact.name == "since":
        return Fact("today", fact.type)
    return Fact(f"{fact.name} at {stage}", fact.type, fact.values) if fact.name in own else fact
