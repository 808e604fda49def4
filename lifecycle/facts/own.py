"""Facts from the library's own tables: screening hits and drafts that were released."""

from datetime import date, timedelta

import polars as pl

from lifecycle.facts.table import Table
from partner_lifecycle.views import ColumnType

__all__ = ["DRAFT", "HIT"]

HIT = Table("hit", "screening_hit", "screening hit")
DRAFT = Table("draft", "draft", "draft")


def _released() -> pl.Expr:
    return pl.col("status") == "released"


@HIT.count("screening hits that nobody has closed")
def _open_count(_today: date) -> pl.Expr:
    return (pl.col("status") == "open").sum()


@DRAFT.fact(ColumnType.DATE, "day a draft was last released")
def _last_released_date(_today: date) -> pl.Expr:
    return pl.col("changed_at").filter(_released()).max().dt.date()


@DRAFT.count("drafts released in the last 90 days")
def _released_90d(today: date) -> pl.Expr:
    recent = pl.col("changed_at").dt.date() >= today - timedelta(days=90)
    return (_released() & recent).sum()
