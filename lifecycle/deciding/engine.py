"""Which rules hold for one partner or one row: the engine's port, and its native reading."""

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

from lifecycle.conditions import Facts, Parameters, read_native
from lifecycle.facts import STAGES, RowKind
from lifecycle.rulebook import Rule, in_strata

__all__ = ["ACTING", "EVERY", "Engine", "NativeEngine", "Part", "parts_of"]

Part = int | Literal["acting", "every"]
"""Which rules are asked: those that draw the conclusions of a stratum, by its place; all that are
asked once conclusions are drawn; or every rule at once."""
ACTING: Part = "acting"
EVERY: Part = "every"


class Engine(Protocol):
    """Says which rules hold. Engines differ in how, never in what."""

    name: str

    def holding(
        self, facts: Facts, kind: RowKind | None = None, part: Part = EVERY
    ) -> frozenset[str]:
        """Return the ids of the rules of a part whose condition holds at the stage in `facts`.

        `kind` is None for rules about the partner, else the kind of row that `facts` has beside.
        """


def parts_of(rules: Sequence[Rule]) -> Iterator[tuple[Part, Sequence[Rule]]]:
    """Yield the rules of each part, in their order.

    A rule that suspends may ask how it stood before: it draws that conclusion, and acts afterwards.
    """
    yield EVERY, rules
    yield ACTING, [rule for rule in rules if not rule.then.set]
    for place, stratum in enumerate(in_strata(rules)):
        drawing = {rule.id for of_name in stratum.values() for rule in of_name}
        yield place, [rule for rule in rules if rule.id in drawing]


class NativeEngine:
    """The reference: each condition as nested Python functions."""

    name = "native"

    def __init__(self, rules: Sequence[Rule], parameters: Parameters) -> None:
        readings = {rule.id: read_native(rule.when, parameters) for rule in rules}
        self._at = {
            (kind, stage, part): [
                (rule.id, readings[rule.id])
                for rule in of_part
                if rule.for_each == kind and rule.applies_at(stage)
            ]
            for part, of_part in parts_of(rules)
            for kind in {rule.for_each for rule in of_part}
            for stage in STAGES
        }

    def holding(
        self, facts: Facts, kind: RowKind | None = None, part: Part = EVERY
    ) -> frozenset[str]:
        """Return the ids of the rules that hold."""
        here = self._at.get((kind, str(facts["stage"]), part), ())
        return frozenset([name for name, holds in here if holds(facts)])
