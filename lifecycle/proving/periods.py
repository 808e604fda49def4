"""The days on which parameters change: between two of them every day is decided alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from lifecycle.conditions import Parameters
from lifecycle.rulebook import Rulebook

__all__ = ["Period", "periods"]


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last` on which all parameters keep their values."""

    first: date
    last: date
    parameters: Parameters


def periods(rulebook: Rulebook) -> list[Period]:
    """Return the periods of a rulebook, from the first day on which every parameter has a value."""
    return list(_periods(rulebook))


def _periods(rulebook: Rulebook) -> Iterator[Period]:
    values = [parameter.values for parameter in rulebook.parameters.values()]
    begin = max((min(each) for each in values), default=date.min)
    changes = {begin, *(day for each in values for day in each if day > begin)}
    day_after = [*sorted(changes), None]
    for first, following in pairwise(day_after):
        if first is not None:
            last = following - timedelta(days=1) if following else date.max
            yield Period(first, last, rulebook.on(first))
