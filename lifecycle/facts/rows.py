"""Rows for rules with `for_each`: a row of a view as `row.*`, its partner's facts beside it."""

from datetime import date
from typing import Literal, get_args

import polars as pl

from lifecycle.conditions import DTYPES, Schema
from lifecycle.facts.matrix import Frames
from lifecycle.facts.table import FactSpec, column_fact, value_type
from partner_lifecycle.views import VIEWS, Column, ColumnType

__all__ = ["ROW_KINDS", "RowKind", "build_rows", "row_schema", "row_specs"]

RowKind = Literal["gift", "agreement", "obligation", "contact"]
ROW_KINDS: tuple[RowKind, ...] = get_args(RowKind)

_ENDS = {"agreement": "end_date", "obligation": "due_date"}
_NO_FACT = ("partner_id",)


def row_specs(kind: RowKind) -> dict[str, FactSpec]:
    """Return what a rule for each `kind` may ask of the row, by name."""
    specs = {
        f"row.{name}": column_fact(f"row.{name}", column, kind)
        for name, column in VIEWS[kind].columns.items()
        if name not in _NO_FACT and column.type is not ColumnType.SHARE
    }
    if kind in _ENDS:
        left = FactSpec("row.days_left", ColumnType.INTEGER, "days until its day", "days")
        overdue = FactSpec("row.overdue", ColumnType.BOOLEAN, "its day has passed, undone")
        specs |= {left.name: left, "row.days_until": left, overdue.name: overdue}
    return specs


def row_schema(kind: RowKind) -> Schema:
    """Return the types of the row's columns, as conditions are checked against."""
    return {name: spec.type for name, spec in row_specs(kind).items()}


def build_rows(
    kind: RowKind, frames: Frames, today: date, wanted: pl.Expr | None = None
) -> pl.DataFrame:
    """Return the rows of a view as facts named `row.*`, with `partner.id`, ordered by `row.id`.

    Beside them stands `today`, so that `wanted`, a condition on the columns here, may ask for it.
    """
    columns = [
        _as_fact(column).alias(f"row.{column.name}")
        for column in VIEWS[kind].columns.values()
        if column.name not in _NO_FACT and column.type is not ColumnType.SHARE
    ]
    beside = (pl.col("partner_id").alias("partner.id"), pl.lit(today).alias("today"))
    rows = frames[kind].lazy().select(*beside, *columns)
    if kind in _ENDS:
        rows = rows.with_columns(_until(f"row.{_ENDS[kind]}", kind, today))
    if wanted is not None:
        rows = rows.filter(wanted)
    return rows.sort("row.id").collect()


def _as_fact(column: Column) -> pl.Expr:
    value = pl.col(column.name)
    if column.type is ColumnType.INSTANT:
        return value.dt.date()
    if column.values:
        # As for facts of the partner: a text outside its enumeration is missing.
        return pl.when(value.is_in(column.values)).then(value)
    return value.cast(DTYPES[value_type(column.type)])


def _until(end: str, kind: str, today: date) -> list[pl.Expr]:
    left = (pl.col(end) - pl.lit(today)).dt.total_days()
    done = pl.col("row.done_at").is_not_null() if kind == "obligation" else pl.lit(False)
    overdue = (left < 0) & ~done
    return [
        left.alias("row.days_left"),
        left.alias("row.days_until"),
        overdue.fill_null(False).alias("row.overdue"),
    ]
