"""The order in which conclusions are drawn: who reads one comes after those that draw it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from lifecycle.conditions import fact_names

if TYPE_CHECKING:
    from lifecycle.rulebook.rule import Rule

__all__ = ["OUT_OF_POLICY", "SUSPENDED", "Circle", "Strata", "conclusions", "in_strata"]

SUSPENDED = "suspended"
OUT_OF_POLICY = "note.out_of_policy"
"""The conclusion that a person set the stage against the policy: while it holds, no rule moves the
partner, and a person has to see to it."""
Strata = tuple[Mapping[str, tuple["Rule", ...]], ...]
"""In each stratum, by name of the conclusion, the rules that draw it in order of precedence."""


class Circle(Exception):
    """Conclusions that depend on one another; `names` lead from the first back to it."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(" <- ".join(names))
        self.names = tuple(names)


def in_strata(rules: "Iterable[Rule]") -> "Strata":
    """Return the rules that draw each conclusion, stratum by stratum; raise Circle for a circle.

    Suspension is a conclusion too. The rules that suspend or resume may read the suspension as it
    stood before; any other rule that reads it comes after them.
    """
    drawing: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        for name in conclusions(rule):
            drawing[name].append(rule)
    needs = {name: _needed(name, each, drawing.keys()) for name, each in drawing.items()}
    sorter = TopologicalSorter(needs)
    try:
        sorter.prepare()
    except CycleError as error:
        raise Circle(error.args[1]) from error
    strata = []
    while sorter.is_active():
        ready = sorter.get_ready()
        strata.append({name: tuple(drawing[name]) for name in sorted(ready)})
        sorter.done(*ready)
    return tuple(strata)


def conclusions(rule: "Rule") -> tuple[str, ...]:
    """Return the names of what a rule concludes."""
    suspends = rule.then.suspend or rule.then.resume
    return (*((SUSPENDED,) if suspends else ()), *(rule.then.set or ()))


def _needed(name: str, drawing: "Iterable[Rule]", known: Iterable[str]) -> set[str]:
    read = {fact for rule in drawing for fact in fact_names(rule.when)} & set(known)
    return read - {SUSPENDED} if name == SUSPENDED else read
