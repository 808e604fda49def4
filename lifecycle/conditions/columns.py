"""The sweep's reading: a condition as one Polars expression over a frame of facts.

Equal to the native reading row by row; a condition is never null.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

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
from lifecycle.conditions.types import LARGEST, Parameters, Value, ValueType

__all__ = ["DTYPES", "read_columns"]

DTYPES: Mapping[ValueType, pl.DataType] = {
    ValueType.TEXT: pl.String(),
    ValueType.NUMBER: pl.Int64(),
    ValueType.BOOLEAN: pl.Boolean(),
    ValueType.DATE: pl.Date(),
}
_FIRST_DAY, _LAST_DAY = (
    (day - date(1970, 1, 1)).days for day in (date(1, 1, 1), date(9999, 12, 31))
)


def read_columns(node: Node, parameters: Parameters) -> pl.Expr:
    """Return the expression that computes `node` on a frame whose columns are named as facts."""
    match node:
        case Literal(value, kind):
            return _literal(value, kind)
        case Fact(name):
            return pl.col(name)
        case Parameter():
            return _parameter(node, parameters)
        case Arithmetic():
            return _arithmetic(node, parameters)
        case Call():
            return _call(node, parameters)
        case _:
            return _condition(node, parameters)


def _condition(node: Node, parameters: Parameters) -> pl.Expr:
    match node:
        case Compare(symbol, left, right):
            return _compare(symbol, read_columns(left, parameters), read_columns(right, parameters))
        case OneOf(item, options):
            known = [option.value for option in options]
            kind = DTYPES[options[0].type]
            among = read_columns(item, parameters).is_in(pl.Series(known, dtype=kind).implode())
            return among.fill_null(False)
        case Missing(item):
            return read_columns(item, parameters).is_null()
        case Not(item):
            return ~_truth(item, parameters)
        case And(parts):
            return pl.all_horizontal([_truth(part, parameters) for part in parts])
        case Or(parts):
            return pl.any_horizontal([_truth(part, parameters) for part in parts])
    raise TypeError(f"not a condition: {node!r}")


def _truth(node: Node, parameters: Parameters) -> pl.Expr:
    """A bare boolean fact may be missing, and is then false."""
    return read_columns(node, parameters).fill_null(False)


def _literal(value: Value, kind: ValueType) -> pl.Expr:
    return pl.lit(value, dtype=DTYPES[kind])


def _compare(symbol: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    compared = {
        "==": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[symbol]
    return compared.fill_null(False)


def _parameter(node: Parameter, parameters: Parameters) -> pl.Expr:
    value = parameters[node.name]
    if not isinstance(value, Mapping):
        return _literal(value, node.type)
    if node.audience is None:
        raise TypeError(f"{node.name} differs by audience")
    audience = read_columns(node.audience, parameters)
    chosen = pl.lit(None, dtype=DTYPES[node.type])
    for name, each in value.items():
        chosen = pl.when(audience == name).then(_literal(each, node.type)).otherwise(chosen)
    return chosen


def _call(node: Call, parameters: Parameters) -> pl.Expr:
    given = [read_columns(each, parameters) for each in node.arguments]
    known = [
        each.is_not_null()
        for each, argument in zip(given, node.arguments, strict=True)
        if not isinstance(argument, Literal)
    ]
    computed = functions()[node.function].columns(*given)
    return pl.when(*known).then(computed) if known else computed


def _arithmetic(node: Arithmetic, parameters: Parameters) -> pl.Expr:
    left, right = read_columns(node.left, parameters), read_columns(node.right, parameters)
    if node.left.type is ValueType.NUMBER:
        return _number(node.operator, left, right)
    if node.right.type is ValueType.DATE:
        return _days(left) - _days(right)
    return _shifted(_days(left), right if node.operator == "+" else -right)


def _number(symbol: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    exact = left + right if symbol == "+" else left - right if symbol == "-" else left * right
    first, second = left.cast(pl.Float64), right.cast(pl.Float64)
    # Int64 wraps around in a product; the same product in floats shows how large it really is.
    rough = first * second if symbol == "*" else exact.cast(pl.Float64)
    fits = (rough.abs() <= 2.0**62) & (exact.abs() <= LARGEST)
    return pl.when(fits).then(exact)


def _days(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Int32).cast(pl.Int64)


def _shifted(start: pl.Expr, days: pl.Expr) -> pl.Expr:
    end = start + days
    inside = (end >= _FIRST_DAY) & (end <= _LAST_DAY)
    return pl.when(inside).then(end).cast(pl.Int32).cast(pl.Date)
