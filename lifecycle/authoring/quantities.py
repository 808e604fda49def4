"""What a comparison says about one quantity: `a < b + 3` bounds `a - b` by 2."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date

from lifecycle.conditions import Node, Value, ValueType
from lifecycle.conditions.tree import (
    Arithmetic,
    Call,
    Comparison,
    Fact,
    Literal,
    Parameter,
)

__all__ = [
    "EVERYTHING",
    "OPPOSITE",
    "TURNED",
    "Limits",
    "Linear",
    "counted",
    "limits",
    "linear",
    "needed",
    "ordered",
]

TURNED: Mapping[Comparison, Comparison] = {
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
    "==": "==",
    "!=": "!=",
}
"""What a comparison becomes when its sides change places."""
OPPOSITE: Mapping[Comparison, Comparison] = {
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "==": "!=",
    "!=": "==",
}
"""What holds instead, where both sides are known."""


@dataclass(frozen=True)
class Linear:
    """A sum of whole multiples of facts and of what is not looked into, plus a whole number."""

    terms: Mapping[Node, int]
    constant: int = 0

    def plus(self, other: "Linear", factor: int = 1) -> "Linear":
        """Return this plus `factor` times the other."""
        nodes = [*self.terms, *other.terms]
        sums = {node: self.terms.get(node, 0) + factor * other.terms.get(node, 0) for node in nodes}
        left = {node: times for node, times in sums.items() if times}
        return Linear(left, self.constant + factor * other.constant)


@dataclass(frozen=True)
class Limits:
    """Whole numbers from `low` to `high` (None: without end), except some."""

    low: int | None = None
    high: int | None = None
    without: frozenset[int] = frozenset()

    def both(self, other: "Limits") -> "Limits":
        """Return what lies within both."""
        lows = [each for each in (self.low, other.low) if each is not None]
        highs = [each for each in (self.high, other.high) if each is not None]
        without = self.without | other.without
        low, high = max(lows, default=None), min(highs, default=None)
        while low in without and low is not None:
            low += 1
        return Limits(low, high, without)

    @property
    def empty(self) -> bool:
        """Return whether nothing lies within."""
        return self.low is not None and self.high is not None and self.low > self.high


EVERYTHING = Limits()


def limits(symbol: Comparison, bound: int) -> Limits:
    """Return the numbers x with `x symbol bound`."""
    match symbol:
        case "<":
            return Limits(None, bound - 1)
        case "<=":
            return Limits(None, bound)
        case ">":
            return Limits(bound + 1)
        case ">=":
            return Limits(bound)
        case "==":
            return Limits(bound, bound)
    return Limits(without=frozenset([bound]))


def linear(node: Node, values: Mapping[str, Value]) -> Linear:
    """Return a number or a day as a sum; parameters have the `values` given, else are unknown."""
    match node:
        case Literal(value):
            return Linear({}, _number(value))
        case Parameter() if (value := counted(node, values)) is not None:
            return Linear({}, _number(value))
        case Arithmetic("*", left, right):
            return _product(node, linear(left, values), linear(right, values))
        case Arithmetic(symbol, left, right):
            factor = 1 if symbol == "+" else -1
            return linear(left, values).plus(linear(right, values), factor)
    return Linear({node: 1})


def counted(node: Parameter, values: Mapping[str, Value]) -> Value:
    """Return a parameter's value among `values`, which are those of the partner's audience.

    None for one that is asked for another audience.
    """
    return None if isinstance(node.audience, Literal) else values.get(node.name)


def _product(node: Node, left: Linear, right: Linear) -> Linear:
    if not left.terms:
        return Linear({}).plus(right, left.constant)
    if not right.terms:
        return Linear({}).plus(left, right.constant)
    return Linear({node: 1})


def _number(value: Value) -> int:
    return value.toordinal() if isinstance(value, date) else int(value or 0)


def needed(node: Node) -> frozenset[Hashable]:
    """Return without what the value is missing: names of facts, and what may itself be missing.

    A sum may be too large, and a parameter has no value where the audience is not known.
    """
    match node:
        case Fact(name):
            return frozenset([name])
        case Parameter(_, _, audience) if audience is not None:
            return frozenset([node])
        case Arithmetic(_, left, right):
            is_span = left.type is right.type is ValueType.DATE
            own: frozenset[Hashable] = frozenset() if is_span else frozenset([node])
            return own | needed(left) | needed(right)
        case Call(_, arguments):
            return frozenset().union(*map(needed, arguments))
    return frozenset()


def ordered(node: Node) -> bool:
    """Return whether the value is a number or a day."""
    return node.type in (ValueType.NUMBER, ValueType.DATE)
