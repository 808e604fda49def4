"""Salesforce's date literals (TODAY, LAST_N_DAYS:30, THIS_FISCAL_YEAR ...) as spans of days.

Weeks begin on Sunday, the fiscal year on 1 January, and days at midnight UTC.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Span", "span"]

_RELATIVE = re.compile(r"(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR)")
_SEVERAL = re.compile(r"(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR)S")
_AGO = re.compile(r"N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO")
_DAYS = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}
_SHIFTS = {"LAST": -1, "THIS": 0, "NEXT": 1}
_NINETY = {"LAST_90_DAYS": "LAST_N_DAYS", "NEXT_90_DAYS": "NEXT_N_DAYS"}


@dataclass(frozen=True)
class Span:
    """Days from `start` up to but without `end`.

    `open_ended` marks "the last n days", which > and <= compare with by their first day.
    """

    start: date
    end: date
    open_ended: bool = False


def span(name: str, count: int | None, today: date) -> Span | None:
    """Return the days a literal stands for, or None when there is no such literal.

    Raises OverflowError or ValueError when the days lie outside the calendar.
    """
    word = name.upper().replace("FISCAL_", "")
    if word in _NINETY:
        return None if count is not None else _several(_NINETY[word], 90, today)
    if count is None:
        return _single(word, today)
    return _several(word, count, today)


def _single(word: str, today: date) -> Span | None:
    if word in _DAYS:
        return _shifted(today, "DAY", _DAYS[word], 1)
    if found := _RELATIVE.fullmatch(word):
        return _shifted(today, found[2], _SHIFTS[found[1]], 1)
    return None


def _several(word: str, count: int, today: date) -> Span | None:
    if found := _AGO.fullmatch(word):
        return _shifted(today, found[1], -count, 1)
    if not (found := _SEVERAL.fullmatch(word)):
        return None
    if found[1] == "NEXT":
        return _shifted(today, found[2], 1, count)
    if found[2] == "DAY":  # the last n days are the only span that takes in today
        days = _shifted(today, "DAY", -count, count + 1)
        return Span(days.start, days.end, open_ended=True)
    return _shifted(today, found[2], -count, count)


def _shifted(today: date, unit: str, shift: int, length: int) -> Span:
    begin = _BEGINNINGS[unit]
    return Span(begin(today, shift), begin(today, shift + length))


def _day(today: date, shift: int) -> date:
    return today + timedelta(days=shift)


def _week(today: date, shift: int) -> date:
    return today + timedelta(days=7 * shift - today.isoweekday() % 7)


def _month(today: date, shift: int) -> date:
    months = today.year * 12 + today.month - 1 + shift
    return date(months // 12, months % 12 + 1, 1)


def _quarter(today: date, shift: int) -> date:
    return _month(today, 3 * shift - (today.month - 1) % 3)


def _year(today: date, shift: int) -> date:
    return date(today.year + shift, 1, 1)


_BEGINNINGS: dict[str, Callable[[date, int], date]] = {
    "DAY": _day,
    "WEEK": _week,
    "MONTH": _month,
    "QUARTER": _quarter,
    "YEAR": _year,
}
