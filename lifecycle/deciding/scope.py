"""Conditions that are asked together, most of them out of the question for most partners."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lifecycle.conditions import Facts, Node, Parameters, Reading, Value, read_native
from lifecycle.conditions.tree import And, Fact, walk
from lifecycle.conditions.types import ValueType

__all__ = ["Asked", "Scope", "read_parts"]

_KEPT = 10_000
"""Kinds of partner that are remembered."""


class Asked(NamedTuple):
    """A condition by name: its parts about facts of few values, `few`, with those; and the rest."""

    name: str
    facts: frozenset[str]
    few: Reading
    rest: Reading


def read_parts(name: str, parts: Sequence[Node], parameters: Parameters) -> Asked:
    """Return a condition, given as the parts that must all hold."""
    few = [part for part in parts if _of_few(part)]
    rest = [part for part in parts if not _of_few(part)]
    facts = frozenset(fact.name for part in few for fact in _facts(part))
    return Asked(name, facts, _all(few, parameters), _all(rest, parameters))


class Scope:
    """Says which of some conditions hold.

    Much is out of the question for a kind of partner: for a foundation, for who has opted out. So
    parts about facts of few values are read once per combination of those values, and for each
    partner only what is left of the conditions that then remain.
    """

    def __init__(self, conditions: Iterable[Asked]) -> None:
        self._conditions = tuple(conditions)
        self._facts = sorted({name for each in self._conditions for name in each.facts})
        self._remaining: dict[tuple[Value, ...], list[tuple[str, Reading]]] = {}

    def holding(self, facts: Facts) -> frozenset[str]:
        """Return the names of those that hold."""
        kind = tuple(map(facts.get, self._facts))
        remaining = self._remaining.get(kind)
        if remaining is None:
            if len(self._remaining) >= _KEPT:
                self._remaining.clear()
            remaining = [(each.name, each.rest) for each in self._conditions if each.few(facts)]
            self._remaining[kind] = remaining
        return frozenset([name for name, rest in remaining if rest(facts)])


def _all(parts: Sequence[Node], parameters: Parameters) -> Reading:
    """Return the reading of what must hold together; no part at all holds."""
    return read_native(parts[0] if len(parts) == 1 else And(tuple(parts)), parameters)


def _of_few(part: Node) -> bool:
    """Return whether a condition asks nothing but facts that have few values."""
    return all(fact.values or fact.type is ValueType.BOOLEAN for fact in _facts(part))


def _facts(part: Node) -> list[Fact]:
    return [each for each in walk(part) if isinstance(each, Fact)]
