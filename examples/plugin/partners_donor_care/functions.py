"""Two functions for rules: in Python, in columns of Polars, and as formulas of z3."""

from typing import Any

import polars as pl

from lifecycle.extending import Function, ValueType

__all__ = ["FUNCTIONS"]


def _quarter(day: Any) -> Any:
    # z3 is optional: only who proves needs it.
    from lifecycle.conditions.calendar import month_of

    return (month_of(day) + 2) / 3


def _ends_with(text: Any, end: Any) -> Any:
    import z3

    return z3.SuffixOf(end, text)


FUNCTIONS = {
    "quarter": Function(
        takes=(ValueType.DATE,),
        gives=ValueType.NUMBER,
        meaning="the quarter of a day, 1 to 4",
        native=lambda day: (day.month + 2) // 3,
        columns=lambda day: day.dt.quarter().cast(pl.Int64),
        proofs=_quarter,
    ),
    "ends_with": Function(
        takes=(ValueType.TEXT, ValueType.TEXT),
        gives=ValueType.BOOLEAN,
        meaning="how a text ends",
        native=lambda text, end: text.endswith(end),
        columns=lambda text, end: text.str.ends_with(end),
        proofs=_ends_with,
        literal_last=True,
    ),
}
