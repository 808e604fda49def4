"""Facts about the current due diligence: the newest one still open, else the latest decided."""

from datetime import date

import polars as pl

from lifecycle.facts.table import Table
from partner_lifecycle.views import ColumnType

__all__ = ["DILIGENCE"]

_CRITERIA = (
    "human_rights",
    "labour",
    "environment",
    "anti_corruption",
    "un_obligations",
    "undue_risk",
)


def _current_first(rows: pl.LazyFrame, _today: date) -> pl.LazyFrame:
    # An open one has no day of decision: nulls first puts it before all that were decided.
    return rows.sort("decided_at", "id", descending=True, nulls_last=False)


DILIGENCE = Table("diligence", "diligence", "due diligence", _current_first)
DILIGENCE.show(
    "id status depth risk human_rights labour environment anti_corruption un_obligations "
    "undue_risk outcome conditions_due conditions_met_at assessed_by approved_by decided_at "
    "valid_until evidence_count"
)


@DILIGENCE.count("due diligences on record")
def _count(_today: date) -> pl.Expr:
    return pl.len()


@DILIGENCE.fact(ColumnType.INTEGER, "days for which the due diligence still holds", unit="days")
def _days_valid(today: date) -> pl.Expr:
    return (pl.col("valid_until").first() - pl.lit(today)).dt.total_days()


@DILIGENCE.fact(ColumnType.BOOLEAN, "due diligence: all six criteria are met")
def _criteria_met(_today: date) -> pl.Expr:
    met = [(pl.col(name) == "met").fill_null(False).first() for name in _CRITERIA]
    return pl.all_horizontal(met)


@DILIGENCE.fact(ColumnType.BOOLEAN, "due diligence: assessor and approver are two people")
def _four_eyes(_today: date) -> pl.Expr:
    return (pl.col("assessed_by") != pl.col("approved_by")).fill_null(False).first()


@DILIGENCE.fact(ColumnType.DATE, "last day on which any clearance given so far holds")
def _cleared_until(_today: date) -> pl.Expr:
    # A re-assessment that is still open becomes the current one: what was cleared before it counts.
    cleared = (pl.col("status") == "decided") & pl.col("outcome").is_in(["cleared", "conditions"])
    return pl.col("valid_until").filter(cleared).max()
