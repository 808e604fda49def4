"""The functions of the rule language: what each takes and gives. Each reading computes them."""

from collections.abc import Mapping
from dataclasses import dataclass

from lifecycle.conditions.types import ValueType

__all__ = ["FUNCTIONS", "Function"]


@dataclass(frozen=True)
class Function:
    """A function; `literal_last` wants its last argument written in the rule, not computed."""

    takes: tuple[ValueType, ...]
    gives: ValueType
    meaning: str
    literal_last: bool = False


_DAY, _NUMBER, _TEXT = ValueType.DATE, ValueType.NUMBER, ValueType.TEXT

FUNCTIONS: Mapping[str, Function] = {
    "year": Function((_DAY,), _NUMBER, "the year of a day"),
    "month": Function((_DAY,), _NUMBER, "the month of a day, 1 to 12"),
    "day": Function((_DAY,), _NUMBER, "the day of the month, 1 to 31"),
    "contains": Function(
        (_TEXT, _TEXT), ValueType.BOOLEAN, "whether a text has another in it", True
    ),
    "starts_with": Function((_TEXT, _TEXT), ValueType.BOOLEAN, "how a text begins", True),
}
