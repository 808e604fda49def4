"""Facts about the conditions of the clearance that stands, each with a day of its own."""

from datetime import date

import polars as pl

from lifecycle.facts.diligence import VERDICT
from lifecycle.facts.table import Table
from partner_lifecycle.views import ColumnType

__all__ = ["CONDITION", "conditions"]

CONDITION = Table("condition", "obligation", "condition of the clearance")


def conditions(obligation: pl.DataFrame, diligence: pl.DataFrame, today: date) -> pl.LazyFrame:
    """Return the conditions of each partner's clearance; those of earlier ones are left out."""
    listed = obligation.lazy().filter(pl.col("kind") == "condition")
    concerned = diligence.lazy().join(listed, on="partner_id", how="semi")
    standing = VERDICT.arrange(concerned, today).group_by("partner_id", maintain_order=True).first()
    ids = standing.select("partner_id", pl.col("id").alias("diligence_id"))
    return listed.join(ids, on=["partner_id", "diligence_id"], how="semi")


def _open(today: date) -> pl.Expr:
    return ~(pl.col("done_at") <= today).fill_null(False)


def _overdue(today: date) -> pl.Expr:
    return _open(today) & (pl.col("due_date") < today).fill_null(False)


@CONDITION.count("conditions of the clearance, listed one by one")
def _count(_today: date) -> pl.Expr:
    return pl.len()


@CONDITION.count("conditions of the clearance not yet met")
def _open_count(today: date) -> pl.Expr:
    return _open(today).sum()


@CONDITION.count("conditions of the clearance not yet met whose day has passed")
def _overdue_count(today: date) -> pl.Expr:
    return _overdue(today).sum()


@CONDITION.count("conditions of the clearance not yet met that have no day")
def _undated_count(today: date) -> pl.Expr:
    return (_open(today) & pl.col("due_date").is_null()).sum()


@CONDITION.fact(ColumnType.DATE, "day by which the first missed condition had to be met")
def _overdue_since(today: date) -> pl.Expr:
    return pl.col("due_date").filter(_overdue(today)).min()
