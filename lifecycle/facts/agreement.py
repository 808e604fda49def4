"""Facts about the current agreement: signed and running, else sent, else draft, else the latest."""

from datetime import date

import polars as pl

from lifecycle.facts.table import Table
from partner_lifecycle.views import ColumnType

__all__ = ["AGREEMENT"]

_PARTS = ("has_roles", "has_activities", "has_governance", "has_accountability")


def _current_first(rows: pl.LazyFrame, today: date) -> pl.LazyFrame:
    running = (pl.col("status") == "signed") & (
        pl.col("end_date").is_null() | (pl.col("end_date") >= today)
    )
    order = (running, pl.col("status") == "sent", pl.col("status") == "draft")
    return rows.sort(*order, "end_date", "id", descending=True, nulls_last=True)


AGREEMENT = Table("agreement", "agreement", "agreement", _current_first)
AGREEMENT.show(
    "id status partnership_types start_date end_date signed_at has_roles has_activities "
    "has_governance has_accountability exclusive endorses value_usd previous_id"
)


@AGREEMENT.count("agreements on record")
def _count(_today: date) -> pl.Expr:
    return pl.len()


@AGREEMENT.fact(ColumnType.INTEGER, "days until the agreement ends", unit="days")
def _days_left(today: date) -> pl.Expr:
    return (pl.col("end_date").first() - pl.lit(today)).dt.total_days()


@AGREEMENT.fact(ColumnType.BOOLEAN, "agreement: has all four parts of a written agreement")
def _complete(_today: date) -> pl.Expr:
    return pl.all_horizontal([pl.col(part).fill_null(False).first() for part in _PARTS])
