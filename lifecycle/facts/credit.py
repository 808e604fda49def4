"""Facts about gifts of others that are credited to the partner: soft credit and matching."""

from datetime import date

import polars as pl

from lifecycle.facts.table import Table
from partner_lifecycle.views import ColumnType

__all__ = ["CREDIT", "credited"]

CREDIT = Table("gift", "gift_credit", "credited gift")


def credited(credit: pl.DataFrame, gift: pl.DataFrame) -> pl.LazyFrame:
    """Return the credits on gifts received, each with its gift's day and amount in US$ cents."""
    received = gift.lazy().filter(pl.col("status") == "received")
    amounts = received.select(pl.col("id").alias("gift_id"), "amount_usd", "date")
    return credit.lazy().join(amounts, on="gift_id")


@CREDIT.count("received gifts of others that are credited to the partner")
def _credited_count(_today: date) -> pl.Expr:
    return pl.col("gift_id").n_unique()


@CREDIT.fact(
    ColumnType.CENTS,
    "total credited to the partner of gifts of others",
    unit="US$ cents",
    default=0,
)
def _credited_usd(_today: date) -> pl.Expr:
    # Each credit is rounded by itself, as it stands in the CRM. A share that is no number is none.
    return (pl.col("amount_usd") * pl.col("share")).round().cast(pl.Int64, strict=False).sum()


@CREDIT.fact(ColumnType.DATE, "day of the last gift of others that is credited to the partner")
def _credited_last_date(_today: date) -> pl.Expr:
    return pl.col("date").max()
