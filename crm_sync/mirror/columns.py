"""A mirrored value as a view's column wants it: cents, days, instants, words it may hold."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Numeric,
    SmallInteger,
    Text,
    case,
    cast,
    func,
    null,
)
from sqlalchemy.types import TypeEngine

from crm_sync.mirror.kinds import Kind
from partner_lifecycle.views import Column, ColumnType

__all__ = ["sql_type", "value_of", "whole"]

Element = ColumnElement[Any]
_MIDNIGHT = "T00:00:00.000Z"
_TYPES: dict[ColumnType, TypeEngine[Any]] = {
    ColumnType.INTEGER: BigInteger(),
    ColumnType.CENTS: BigInteger(),
    ColumnType.SHARE: Double(),
    ColumnType.BOOLEAN: SmallInteger(),
}
_NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN})


def sql_type(column: Column) -> TypeEngine[Any]:
    """Return the SQL type that a column of a view has in the database."""
    return _TYPES.get(column.type, Text())


def whole(element: Element) -> Element:
    """Return a number rounded to a whole one, halves away from zero in every database."""
    # PostgreSQL rounds halves of a double to even, those of a numeric away from zero.
    return cast(func.round(cast(element, Numeric())), BigInteger())


def value_of(element: Element, kind: Kind, column: Column) -> Element:
    """Return a field's value in the column's unit; a word that the column does not know is none.

    A number is none where the field holds texts: an org may have given it another type.
    """
    numeric = column.type in _TYPES
    if numeric is not (kind in _NUMBERS):
        return cast(null() if numeric else element, sql_type(column))
    match column.type, kind:
        case ColumnType.CENTS, _:
            return whole(element * 100)
        case ColumnType.INTEGER, Kind.NUMBER:
            return whole(element)
        case ColumnType.DATE, Kind.INSTANT:
            return func.substr(element, 1, 10)
        case ColumnType.INSTANT, Kind.DATE:
            return element.concat(_MIDNIGHT)
    return case((element.in_(column.values), element)) if column.values else element
