"""The prover's reading: a condition as a formula of z3, over facts that may be anything.

Equal to the native reading on all facts, missing ones too. Needs z3 (extra `prove`).
"""

from collections.abc import Mapping
from functools import reduce

import z3

from lifecycle.conditions.functions import functions
from lifecycle.conditions.terms import (
    LAST_DAY,
    Term,
    constant,
    either,
    equal,
    holds,
    spelled,
)
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
from lifecycle.conditions.types import LARGEST, FactType, Parameters, Value, ValueType

__all__ = ["Terms", "read_proofs"]

Terms = Mapping[str, Term]
"""Facts by name."""

_ALWAYS = z3.BoolVal(True)


def read_proofs(node: Node, facts: Terms, parameters: Parameters) -> Term:
    """Return the formulas of `node`: its value, and whether that is known."""
    match node:
        case Literal(value, kind):
            return _literal(value, kind)
        case Fact(name):
            return facts[name]
        case Parameter():
            return _parameter(node, facts, parameters)
        case Arithmetic():
            return _arithmetic(node, facts, parameters)
        case Call():
            return _call(node, facts, parameters)
        case _:
            return Term(_condition(node, facts, parameters), _ALWAYS)


def _condition(node: Node, facts: Terms, parameters: Parameters) -> z3.BoolRef:
    def read(part: Node) -> Term:
        return read_proofs(part, facts, parameters)

    match node:
        case Compare(symbol, left, right):
            return _compare(symbol, read(left), read(right))
        case OneOf(item, options):
            return z3.Or([_compare("==", read(item), read(option)) for option in options])
        case Missing(item):
            return z3.Not(read(item).known)
        case Not(item):
            return z3.Not(holds(read(item)))
        case And(parts):
            return z3.And([holds(read(part)) for part in parts])
        case Or(parts):
            return z3.Or([holds(read(part)) for part in parts])
    raise TypeError(f"not a condition: {node!r}")


def _literal(value: Value, kind: ValueType) -> Term:
    # A text that is written out is an enumeration of one: no need of z3's strings for it.
    values = (str(value or ""),) if kind is ValueType.TEXT else ()
    return constant(value, FactType(kind, values))


def _compare(symbol: str, left: Term, right: Term) -> z3.BoolRef:
    match symbol:
        case "==":
            compared = equal(left, right)
        case "!=":
            compared = z3.Not(equal(left, right))
        case "<":
            compared = left.value < right.value
        case "<=":
            compared = left.value <= right.value
        case ">":
            compared = left.value > right.value
        case _:
            compared = left.value >= right.value
    return z3.And(left.known, right.known, compared)


def _parameter(node: Parameter, facts: Terms, parameters: Parameters) -> Term:
    value = parameters[node.name]
    if not isinstance(value, Mapping):
        return _literal(value, node.type)
    if node.audience is None:
        raise TypeError(f"{node.name} differs by audience")
    audience = read_proofs(node.audience, facts, parameters)
    chosen = _literal(None, node.type)
    for name, each in value.items():
        here = _compare("==", audience, _literal(name, ValueType.TEXT))
        chosen = either(here, _literal(each, node.type), chosen)
    return chosen


def _arithmetic(node: Arithmetic, facts: Terms, parameters: Parameters) -> Term:
    left = read_proofs(node.left, facts, parameters)
    right = read_proofs(node.right, facts, parameters)
    value = _combined(node.operator, left.value, right.value)
    known = z3.And(left.known, right.known)
    if node.type is ValueType.DATE:
        return Term(value, z3.And(known, value >= 1, value <= LAST_DAY))
    if node.left.type is ValueType.DATE:
        return Term(value, known)
    return Term(value, z3.And(known, value >= -LARGEST, value <= LARGEST))


def _combined(symbol: str, left: z3.ArithRef, right: z3.ArithRef) -> z3.ArithRef:
    return left + right if symbol == "+" else left - right if symbol == "-" else left * right


def _call(node: Call, facts: Terms, parameters: Parameters) -> Term:
    given = [read_proofs(each, facts, parameters) for each in node.arguments]
    known = reduce(z3.And, (term.known for term in given))
    values = (
        spelled(term) if argument.type is ValueType.TEXT else term.value
        for argument, term in zip(node.arguments, given, strict=True)
    )
    return Term(functions()[node.function].proofs(*values), known)
