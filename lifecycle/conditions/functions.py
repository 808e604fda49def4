"""The functions of the rule language: what each takes and gives, and how each reading computes it.

No reading calls a function with anything missing: the result is missing then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl

from lifecycle.conditions.types import Value, ValueType, may_be
from lifecycle.plugins import Plugin, PluginError, plugins

if TYPE_CHECKING:
    import z3

__all__ = ["FUNCTIONS", "Function", "functions"]


@dataclass(frozen=True)
class Function:
    """A function in the three ways in which it is computed; durable_rules is handed native's.

    `proofs` gets and gives z3's expressions: whole numbers, days counted from 1 January of the year
    1, true or false, and texts as strings of their UTF-8 bytes. `literal_last` wants the last
    argument written in the rule, not computed.
    """

    takes: tuple[ValueType, ...]
    gives: ValueType
    meaning: str
    native: Callable[..., Value]
    columns: Callable[..., pl.Expr]
    proofs: Callable[..., Any]
    literal_last: bool = False


def functions() -> Mapping[str, Function]:
    """Return every function by name: ours, and those of the plug-ins in force."""
    return _with(plugins())


@cache
def _with(added: tuple[Plugin, ...]) -> Mapping[str, Function]:
    of_plugins = {
        name: _guarded(plugin, name, each)
        for plugin in added
        for name, each in plugin.named_functions.items()
    }
    return MappingProxyType({**FUNCTIONS, **of_plugins})


def _guarded(plugin: Plugin, name: str, function: Function) -> Function:
    """Return a plug-in's function, which says whose it is when it fails."""

    def failed(how: str) -> PluginError:
        return PluginError(
            f"The function {name}() of the plug-in {plugin} failed: {how}",
            where=plugin.entry or None,
            remedy=f"put it right, or take the package out: pip uninstall "
            f"{plugin.package or plugin.name}",
        )

    def native(*given: Value) -> Value:
        try:
            value = function.native(*given)
        except Exception as error:
            raise failed(f"{type(error).__name__}: {error}") from error
        if not may_be(value, function.gives):
            raise failed(f"it gave a {type(value).__name__}, and is declared {function.gives}")
        return value

    def columns(*given: pl.Expr) -> pl.Expr:
        try:
            return function.columns(*given)
        except Exception as error:
            raise failed(f"{type(error).__name__}: {error}") from error

    return replace(function, native=native, columns=columns)


def _year(day: "z3.ArithRef") -> "z3.ArithRef":
    from lifecycle.conditions.calendar import year_of

    return year_of(day)


def _month(day: "z3.ArithRef") -> "z3.ArithRef":
    from lifecycle.conditions.calendar import month_of

    return month_of(day)


def _day(day: "z3.ArithRef") -> "z3.ArithRef":
    from lifecycle.conditions.calendar import day_of

    return day_of(day)


def _contains(text: "z3.SeqRef", part: "z3.SeqRef") -> "z3.BoolRef":
    import z3

    return z3.Contains(text, part)


def _starts_with(text: "z3.SeqRef", part: "z3.SeqRef") -> "z3.BoolRef":
    import z3

    return z3.PrefixOf(part, text)


FUNCTIONS: Mapping[str, Function] = {
    "year": Function(
        takes=(ValueType.DATE,),
        gives=ValueType.NUMBER,
        meaning="the year of a day",
        native=attrgetter("year"),
        columns=lambda day: day.dt.year().cast(pl.Int64),
        proofs=_year,
    ),
    "month": Function(
        takes=(ValueType.DATE,),
        gives=ValueType.NUMBER,
        meaning="the month of a day, 1 to 12",
        native=attrgetter("month"),
        columns=lambda day: day.dt.month().cast(pl.Int64),
        proofs=_month,
    ),
    "day": Function(
        takes=(ValueType.DATE,),
        gives=ValueType.NUMBER,
        meaning="the day of the month, 1 to 31",
        native=attrgetter("day"),
        columns=lambda day: day.dt.day().cast(pl.Int64),
        proofs=_day,
    ),
    "contains": Function(
        takes=(ValueType.TEXT, ValueType.TEXT),
        gives=ValueType.BOOLEAN,
        meaning="whether a text has another in it",
        native=lambda text, part: part in text,
        columns=lambda text, part: text.str.contains(part, literal=True),
        proofs=_contains,
        literal_last=True,
    ),
    "starts_with": Function(
        takes=(ValueType.TEXT, ValueType.TEXT),
        gives=ValueType.BOOLEAN,
        meaning="how a text begins",
        native=lambda text, part: text.startswith(part),
        columns=lambda text, part: text.str.starts_with(part),
        proofs=_starts_with,
        literal_last=True,
    ),
}
"""Ours. A plug-in's are declared in the same way."""
