"""Which rules hold for one partner or one row: the port that engines fit."""

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

from lifecycle.conditions import Facts
from lifecycle.facts import RowKind
from lifecycle.rulebook import Rule, in_strata

__all__ = ["ACTING", "EVERY", "Engine", "Part", "parts_of"]

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
