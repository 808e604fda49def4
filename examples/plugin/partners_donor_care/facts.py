"""What a fundraiser asks of a donor's gifts."""

from datetime import date, timedelta

import polars as pl

from lifecycle.extending import ColumnType, Table

__all__ = ["AXIOMS", "GIVING"]

GIVING = Table("donor_care", view="gift", noun="gift")


def _received() -> pl.Expr:
    return pl.col("status") == "received"


@GIVING.fact(ColumnType.CENTS, "total received in the last 365 days", unit="US$ cents", default=0)
def year_usd(today: date) -> pl.Expr:
    """Sum up what arrived since this day a year ago."""
    recent = pl.col("date").is_between(today - timedelta(days=365), today)
    return pl.when(_received() & recent).then("amount_usd").sum()


@GIVING.fact(ColumnType.CENTS, "largest gift received", unit="US$ cents")
def largest_usd(_today: date) -> pl.Expr:
    """Find the largest gift; a donor without any has none, which is not 0."""
    return pl.when(_received()).then("amount_usd").max()


@GIVING.fact(
    ColumnType.INTEGER, "programme countries that gifts were for", unit="countries", default=0
)
def countries(_today: date) -> pl.Expr:
    """Count each country once."""
    return pl.when(_received()).then("country").drop_nulls().n_unique()


AXIOMS = {
    "donor_care.year_usd is not None": "a sum of nothing is 0",
    "donor_care.year_usd == 0 or gift.days_since_last <= 365": "the last gift is no older",
    "gift.count > 0 or donor_care.largest_usd is None": "where there is no gift, none is largest",
    "0 <= donor_care.countries <= gift.count": "a gift is for one country at most",
}
"""True of every donor: proofs take them for granted, so the tests try them."""
