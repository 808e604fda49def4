"""The next day on which something about a partner runs out or falls due, as far as is known."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import polars as pl

from lifecycle.conditions import Value

__all__ = ["review_column", "review_day"]


class _Ahead(NamedTuple):
    """A fact that names a day to come; `settled`: the fact that says that it no longer counts."""

    fact: str
    settled: str | None = None


_AHEAD = (
    _Ahead("verdict.valid_until"),
    _Ahead("verdict.conditions_due", settled="verdict.conditions_met_at"),
    _Ahead("agreement.end_date", settled="agreement.ended_on"),
    _Ahead("obligation.next_due_date"),
)


def review_day(facts: Mapping[str, Value], day: date) -> date | None:
    """Return the first such day after `day`; None if none is known."""
    ahead = [facts.get(each.fact) for each in _AHEAD if not _settled(each, facts)]
    return min((one for one in ahead if isinstance(one, date) and one > day), default=None)


def review_column(day: date) -> pl.Expr:
    """Return the same as a column over the facts of many partners."""
    ahead = []
    for each in _AHEAD:
        counts = pl.col(each.fact) > day
        if each.settled:
            counts &= pl.col(each.settled).is_null()
        ahead.append(pl.when(counts).then(each.fact))
    return pl.min_horizontal(ahead)


def _settled(each: _Ahead, facts: Mapping[str, Value]) -> bool:
    return each.settled is not None and facts.get(each.settled) is not None
