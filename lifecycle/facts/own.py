"""Facts from the library's own tables: screening hits, letters released, rules set aside."""

from datetime import date, timedelta

import polars as pl

from lifecycle.facts.table import Table
from partner_lifecycle.views import ColumnType

__all__ = ["DRAFT", "HIT", "OVERRIDE"]

HIT = Table("hit", "screening_hit", "screening hit")
DRAFT = Table("draft", "draft", "draft")
OVERRIDE = Table("override", "override", "override")


def _released() -> pl.Expr:
    return pl.col("status") == "released"


@HIT.count("screening hits that nobody has closed")
def _open_count(_today: date) -> pl.Expr:
    return (pl.col("status") == "open").sum()


@HIT.fact(ColumnType.DATE, "day since which a screening hit is open")
def _open_since(_today: date) -> pl.Expr:
    return pl.col("opened_at").filter(pl.col("status") == "open").min().dt.date()


@DRAFT.fact(ColumnType.DATE, "day a draft was last released")
def _last_released_date(_today: date) -> pl.Expr:
    return pl.col("changed_at").filter(_released()).max().dt.date()


@DRAFT.count("drafts released in the last 90 days")
def _released_90d(today: date) -> pl.Expr:
    recent = pl.col("changed_at").dt.date() >= today - timedelta(days=90)
    return (_released() & recent).sum()


@OVERRIDE.fact(ColumnType.TEXT, "rules that somebody set aside for the partner", lasting=True)
def _rule_ids(today: date) -> pl.Expr:
    begun = pl.col("at").dt.date() <= today
    ended = pl.col("withdrawn_at").is_not_null() | (pl.col("until") < today).fill_null(False)
    ids = pl.col("rule_id").filter(begun & ~ended)
    return pl.when(ids.len() > 0).then(ids.unique().sort().str.join(" "))
