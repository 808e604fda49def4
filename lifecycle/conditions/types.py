"""The types of values that a condition may speak of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = [
    "LARGEST",
    "FactType",
    "ParameterSchema",
    "ParameterType",
    "Parameters",
    "Schema",
    "Value",
    "ValueType",
    "may_be",
]

Value = str | int | bool | date | None

LARGEST = 2**53
"""No number is larger than this, so that every reading computes it exactly."""


class ValueType(StrEnum):
    """What a value is; money is a number of US$ cents."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "true or false"
    DATE = "date"


_PYTHON: Mapping[ValueType, type] = {
    ValueType.TEXT: str,
    ValueType.NUMBER: int,
    ValueType.BOOLEAN: bool,
    ValueType.DATE: date,
}


def may_be(value: Value, kind: ValueType) -> bool:
    """Return whether a value is of a type: missing, or not too large and no number for a truth."""
    if value is None:
        return True
    if type(value) is not _PYTHON[kind]:
        return False
    return not isinstance(value, int) or abs(value) <= LARGEST


@dataclass(frozen=True)
class FactType:
    """The type of a fact; `values` are all that an enumerated text may be."""

    type: ValueType
    values: tuple[str, ...] = ()


Schema = Mapping[str, FactType]
"""Facts by name."""


@dataclass(frozen=True)
class ParameterType:
    """The type of a parameter, and whether its value differs by audience."""

    type: ValueType
    by_audience: bool


ParameterSchema = Mapping[str, ParameterType]
"""Parameters by name."""

Parameters = Mapping[str, Value | Mapping[str, Value]]
"""Values of all parameters on one day: one value, or one by audience."""
