"""What a fact is: a name, a type and a Polars expression on the rows of one view of one partner."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from lifecycle.conditions import FactType, Value, ValueType
from partner_lifecycle.views import VIEWS, Column, ColumnType

__all__ = ["Expression", "FactSpec", "Table", "column_fact", "value_type"]

Expression = Callable[[date], pl.Expr]
Arrange = Callable[[pl.LazyFrame, date], pl.LazyFrame]

_VALUE_TYPES = {
    ColumnType.TEXT: ValueType.TEXT,
    ColumnType.INTEGER: ValueType.NUMBER,
    ColumnType.CENTS: ValueType.NUMBER,
    ColumnType.BOOLEAN: ValueType.BOOLEAN,
    ColumnType.DATE: ValueType.DATE,
    ColumnType.INSTANT: ValueType.DATE,
}


@dataclass(frozen=True)
class FactSpec:
    """One fact. `default` is its value for a partner with no rows in the view."""

    name: str
    column_type: ColumnType
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()
    default: Value = None
    lasting: bool = False
    """Whether it says who the partner is: nothing that anybody could work on."""

    @property
    def type(self) -> FactType:
        """Return the type that conditions see."""
        return FactType(value_type(self.column_type), self.values)


def value_type(column_type: ColumnType) -> ValueType:
    """Return how conditions see a column; an instant is seen as its day, in UTC."""
    return _VALUE_TYPES[column_type]


def column_fact(name: str, column: Column, noun: str = "", *, lasting: bool = False) -> FactSpec:
    """Return the fact that shows a view's column as it is; `noun` says of what it speaks."""
    meaning = f"{noun}: {column.meaning}" if noun else column.meaning
    return FactSpec(
        name, column.type, meaning, column.unit, column.values, default=None, lasting=lasting
    )


def _as_it_is(frame: pl.LazyFrame, _today: date) -> pl.LazyFrame:
    return frame


@dataclass(frozen=True)
class Table:
    """The facts of one view. `arrange` sorts or filters its rows; the first is the current one.

    `noun` is what staff call such a row.
    """

    name: str
    view: str
    noun: str
    arrange: Arrange = _as_it_is
    facts: dict[str, tuple[FactSpec, Expression]] = field(default_factory=dict)

    def show(self, columns: str) -> None:
        """Declare facts that show columns, named with spaces between, of the current row."""
        for name in columns.split():
            column = VIEWS[self.view].columns[name]
            spec = column_fact(f"{self.name}.{name}", column, self.noun)
            self.facts[spec.name] = (spec, _first(name, spec.column_type))

    def fact(
        self,
        column_type: ColumnType,
        meaning: str,
        *,
        unit: str = "",
        values: tuple[str, ...] = (),
        default: Value = None,
        lasting: bool = False,
    ) -> Callable[[Expression], Expression]:
        """Declare the decorated function, without its leading underscore, as a fact."""

        def declare(function: Expression) -> Expression:
            name = f"{self.name}.{function.__name__.removeprefix('_')}"
            spec = FactSpec(name, column_type, meaning, unit, values, default, lasting)
            self.facts[name] = (spec, function)
            return function

        return declare

    def count(self, meaning: str) -> Callable[[Expression], Expression]:
        """Declare a number of rows: 0 for a partner with none."""
        return self.fact(ColumnType.INTEGER, meaning, unit="rows", default=0)

    def collect(self, rows: pl.LazyFrame, today: date) -> pl.LazyFrame:
        """Return one row per partner with all facts of this table, in one pass over its rows."""
        columns = [
            function(today).cast(_DTYPES[value_type(spec.column_type)]).alias(name)
            for name, (spec, function) in self.facts.items()
        ]
        return self.arrange(rows, today).group_by("partner_id").agg(columns)

    def absent(self) -> list[pl.Expr]:
        """Return all facts of this table as missing, for partners none of whom has rows here."""
        return [
            pl.lit(None, dtype=_DTYPES[value_type(spec.column_type)]).alias(name)
            for name, (spec, _) in self.facts.items()
        ]


def _first(column: str, kind: ColumnType) -> Expression:
    def first(_today: date) -> pl.Expr:
        value = pl.col(column).first()
        return value.dt.date() if kind is ColumnType.INSTANT else value

    return first


_DTYPES = {
    ValueType.TEXT: pl.String,
    ValueType.NUMBER: pl.Int64,
    ValueType.BOOLEAN: pl.Boolean,
    ValueType.DATE: pl.Date,
}
