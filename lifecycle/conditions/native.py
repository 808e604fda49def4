"""The reference reading: a condition as nested Python functions over one partner's facts.

Two-valued: a comparison with a missing value is false, `!=` too; arithmetic with a missing value,
beyond 2^53 or off the calendar is missing.
"""

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from lifecycle.conditions.functions import functions
from lifecycle.conditions.tree import (
    And,
    Arithmetic,
    Call,
    Compare,
    Fact,
    Literal,
    Missing,
    Node,
    Not,
    OneOf,
    Or,
    Parameter,
)
from lifecycle.conditions.types import LARGEST, Parameters, Value

__all__ = ["Facts", "Reading", "read_native"]

Facts = Mapping[str, Value]
Reading = Callable[[Facts], Value]

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def read_native(node: Node, parameters: Parameters) -> Reading:
    """Return a function from facts to the value of `node`; a condition gives True or False."""
    match node:
        case Literal(value):
            return lambda _facts: value
        case Fact(name):
            return lambda facts: facts.get(name)
        case Parameter():
            return _parameter(node, parameters)
        case Arithmetic():
            return _arithmetic(node, parameters)
        case Call():
            return _call(node, parameters)
        case _:
            return _condition(node, parameters)


def _condition(node: Node, parameters: Parameters) -> Reading:
    match node:
        case Compare(symbol, left, right):
            return _compare(symbol, left, right, parameters)
        case OneOf(item, options):
            return _one_of(item, {option.value for option in options}, parameters)
        case Missing(item):
            value = read_native(item, parameters)
            return lambda facts: value(facts) is None
        case Not(item):
            holds = read_native(item, parameters)
            return lambda facts: not holds(facts)
        case And(parts):
            return _every([read_native(part, parameters) for part in parts])
        case Or(parts):
            return _some([read_native(part, parameters) for part in parts])
    raise TypeError(f"not a condition: {node!r}")


def _every(parts: Sequence[Reading]) -> Reading:
    def holds(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110 - twice as quick as all() with a generator
            if not part(facts):
                return False
        return True

    return holds


def _some(parts: Sequence[Reading]) -> Reading:
    def holds(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110 - twice as quick as any() with a generator
            if part(facts):
                return True
        return False

    return holds


def _one_of(item: Node, known: Collection[Value], parameters: Parameters) -> Reading:
    if isinstance(item, Fact):
        name = item.name
        return lambda facts: facts.get(name) in known
    value = read_native(item, parameters)
    return lambda facts: value(facts) in known


def _compare(symbol: str, left: Node, right: Node, parameters: Parameters) -> Reading:
    compare = _COMPARE[symbol]
    constant = _constant(right, parameters)
    if isinstance(left, Fact) and constant is not None:
        return _compare_fact(left.name, compare, constant)
    one, other = read_native(left, parameters), read_native(right, parameters)

    def holds(facts: Facts) -> bool:
        first, second = one(facts), other(facts)
        return first is not None and second is not None and compare(first, second)

    return holds


def _compare_fact(name: str, compare: Callable[[Any, Any], bool], constant: Value) -> Reading:
    """The commonest of all conditions, without calls for its two sides."""

    def holds(facts: Facts) -> bool:
        value = facts.get(name)
        return value is not None and compare(value, constant)

    return holds


def _constant(node: Node, parameters: Parameters) -> Value:
    match node:
        case Literal(value):
            return value
        case Parameter(name, _, None):
            given = parameters[name]
            return None if isinstance(given, Mapping) else given
    return None


def _parameter(node: Parameter, parameters: Parameters) -> Reading:
    value = parameters[node.name]
    if not isinstance(value, Mapping):
        return lambda _facts: value
    if node.audience is None:
        raise TypeError(f"{node.name} differs by audience")
    audience = read_native(node.audience, parameters)
    return lambda facts: value.get(str(audience(facts)))


def _arithmetic(node: Arithmetic, parameters: Parameters) -> Reading:
    left, right = read_native(node.left, parameters), read_native(node.right, parameters)

    def result(facts: Facts) -> Value:
        first, second = left(facts), right(facts)
        if first is None or second is None:
            return None
        return _combine(node.operator, first, second)

    return result


def _call(node: Call, parameters: Parameters) -> Reading:
    function = functions()[node.function].native
    given = tuple(read_native(each, parameters) for each in node.arguments)

    def result(facts: Facts) -> Value:
        values = [each(facts) for each in given]
        return None if None in values else function(*values)

    return result


def _combine(symbol: str, left: Value, right: Value) -> Value:
    if isinstance(left, date):
        if isinstance(right, date):
            return (left - right).days
        return _shifted(left, int(str(right)) if symbol == "+" else -int(str(right)))
    first, second = int(str(left)), int(str(right))
    number = (
        first + second if symbol == "+" else first - second if symbol == "-" else first * second
    )
    return number if abs(number) <= LARGEST else None


def _shifted(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None
