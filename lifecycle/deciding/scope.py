"""Conditions that are asked together, most of them out of the question for most partners."""

from collections.abc import Mapping, Sequence

from lifecycle.conditions import Facts, Node, Parameters, Reading, Value, read_native
from lifecycle.conditions.tree import And, Fact, walk
from lifecycle.conditions.types import ValueType

__all__ = ["Scope"]

_KEPT = 10_000
"""Kinds of partner that are remembered."""


class Scope:
    """Says which of some conditions hold, each named and given as its parts.

    Much is out of the question for a kind of partner: for a foundation, for who has opted out. So
    parts about facts of few values are read once per combination of those values, and for each
    partner only what is left of the conditions that then remain.
    """

    def __init__(self, conditions: Mapping[str, Sequence[Node]], parameters: Parameters) -> None:
        self._conditions = []
        asked = set()
        for name, parts in conditions.items():
            few = [part for part in parts if _of_few(part)]
            rest = [part for part in parts if not _of_few(part)]
            asked |= {fact.name for part in few for fact in _facts(part)}
            self._conditions.append((name, _all(few, parameters), _all(rest, parameters)))
        self._asked = sorted(asked)
        self._remaining: dict[tuple[Value, ...], list[tuple[str, Reading]]] = {}

    def holding(self, facts: Facts) -> frozenset[str]:
        """Return the names of those that hold."""
        kind = tuple(map(facts.get, self._asked))
        remaining = self._remaining.get(kind)
        if remaining is None:
            if len(self._remaining) >= _KEPT:
                self._remaining.clear()
            remaining = [(name, rest) for name, few, rest in self._conditions if few(facts)]
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
