"""The syntax tree of a condition. Four readings are made of it; this file gives it no meaning."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from typing import Literal as Choice

from lifecycle.conditions.types import Value, ValueType

__all__ = [
    "And",
    "Arithmetic",
    "ArithmeticSymbol",
    "Call",
    "Compare",
    "Comparison",
    "Fact",
    "Literal",
    "Missing",
    "Node",
    "Not",
    "OneOf",
    "Or",
    "Parameter",
    "conjuncts",
    "fact_names",
    "function_names",
    "parameter_names",
    "walk",
    "with_facts",
]

ArithmeticSymbol = Choice["+", "-", "*"]
Comparison = Choice["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Literal:
    """A value written in the rule."""

    value: Value
    type: ValueType


@dataclass(frozen=True)
class Fact:
    """The value of a fact, looked up by name."""

    name: str
    type: ValueType
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """The value of a parameter on the day, for the audience that `audience` gives."""

    name: str
    type: ValueType
    audience: "Node | None" = None


@dataclass(frozen=True)
class Arithmetic:
    """A sum, difference or product of whole numbers, or a date and a number of days."""

    operator: ArithmeticSymbol
    left: "Node"
    right: "Node"
    type: ValueType


@dataclass(frozen=True)
class Call:
    """A function of `functions()`; missing, or false, when an argument is missing."""

    function: str
    arguments: tuple["Node", ...]
    type: ValueType


@dataclass(frozen=True)
class Compare:
    """A comparison of two values: false when either is missing."""

    operator: Comparison
    left: "Node"
    right: "Node"
    type: ValueType = ValueType.BOOLEAN


@dataclass(frozen=True)
class OneOf:
    """Whether a value is among some literals: false when it is missing."""

    item: "Node"
    options: tuple[Literal, ...]
    type: ValueType = ValueType.BOOLEAN


@dataclass(frozen=True)
class Missing:
    """Whether a value is missing."""

    item: "Node"
    type: ValueType = ValueType.BOOLEAN


@dataclass(frozen=True)
class Not:
    """The opposite of a condition."""

    item: "Node"
    type: ValueType = ValueType.BOOLEAN


@dataclass(frozen=True)
class And:
    """All of several conditions."""

    parts: tuple["Node", ...]
    type: ValueType = ValueType.BOOLEAN


@dataclass(frozen=True)
class Or:
    """Any of several conditions."""

    parts: tuple["Node", ...]
    type: ValueType = ValueType.BOOLEAN


Node = Literal | Fact | Parameter | Arithmetic | Call | Compare | OneOf | Missing | Not | And | Or


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case And(children) | Or(children) | Call(_, children):
            return children
        case Not(item) | Missing(item):
            return (item,)
        case OneOf(item, options):
            return (item, *options)
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case Parameter(_, _, audience) if audience is not None:
            return (audience,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it."""
    yield node
    for child in _children(node):
        yield from walk(child)


def with_facts(node: Node, change: Callable[[Fact], Node]) -> Node:
    """Return the tree with something else in the place of each fact."""

    if isinstance(node, Fact):
        return change(node)

    def changed(part: Node) -> Node:
        return with_facts(part, change)

    parts: dict[str, Any] = {}
    match node:
        case And(several) | Or(several):
            parts = {"parts": tuple(map(changed, several))}
        case Call(_, arguments):
            parts = {"arguments": tuple(map(changed, arguments))}
        case Not(item) | Missing(item) | OneOf(item):
            parts = {"item": changed(item)}
        case Compare(_, left, right) | Arithmetic(_, left, right):
            parts = {"left": changed(left), "right": changed(right)}
        case Parameter(_, _, audience) if audience is not None:
            parts = {"audience": changed(audience)}
    return replace(node, **parts)


def fact_names(node: Node) -> frozenset[str]:
    """Return the names of all facts that the tree reads."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Fact))


def parameter_names(node: Node) -> frozenset[str]:
    """Return the names of all parameters that the tree compares with."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Parameter))


def function_names(node: Node) -> frozenset[str]:
    """Return the names of all functions that the tree calls."""
    return frozenset(part.function for part in walk(node) if isinstance(part, Call))


def conjuncts(node: Node) -> tuple[Node, ...]:
    """Return the conditions that must all hold; one, when the tree is not an `and`."""
    if isinstance(node, And):
        return tuple(part for each in node.parts for part in conjuncts(each))
    return (node,)
