"""Which rules hold for one partner or one row: the engine's port, and its native reading."""

from collections.abc import Sequence
from typing import Protocol

from lifecycle.conditions import Facts, Parameters, read_native
from lifecycle.facts import RowKind
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
        self._rules = [(rule, read_native(rule.when, parameters)) for rule in rules]

    def holding(self, facts: Facts, kind: RowKind | None = None) -> frozenset[str]:
        """Return the ids of the rules that hold."""
        stage = str(facts["stage"])
        return frozenset(
            rule.id
            for rule, holds in self._rules
            if rule.for_each == kind and rule.applies_at(stage) and holds(facts)
        )
