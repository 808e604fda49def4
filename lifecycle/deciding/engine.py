"""Which rules hold for one partner or one row: the engine's port, and its native reading."""

from collections.abc import Sequence
from typing import Protocol

from lifecycle.conditions import Facts, Parameters, read_native
from lifecycle.facts import STAGES, RowKind
from lifecycle.rulebook import Rule

__all__ = ["Engine", "NativeEngine"]


class Engine(Protocol):
    """Says which rules hold. Engines differ in how, never in what."""

    name: str

    def holding(self, facts: Facts, kind: RowKind | None = None) -> frozenset[str]:
        """Return the ids of the rules whose condition holds at the stage in `facts`.

        `kind` is None for rules about the partner, else the kind of row that `facts` has beside.
        """


class NativeEngine:
    """The reference: each condition as nested Python functions."""

    name = "native"

    def __init__(self, rules: Sequence[Rule], parameters: Parameters) -> None:
        readings = [(rule, read_native(rule.when, parameters)) for rule in rules]
        self._at = {
            (rule.for_each, stage): [
                (each.id, holds)
                for each, holds in readings
                if each.for_each == rule.for_each and each.applies_at(stage)
            ]
            for rule in rules
            for stage in STAGES
        }

    def holding(self, facts: Facts, kind: RowKind | None = None) -> frozenset[str]:
        """Return the ids of the rules that hold."""
        here = self._at.get((kind, str(facts["stage"])), ())
        return frozenset([name for name, holds in here if holds(facts)])
