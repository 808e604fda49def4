"""Facts about contributions, received and promised."""

from datetime import date

import polars as pl

from lifecycle.facts.table import Table
from partner_lifecycle.views import VIEWS, ColumnType

__all__ = ["GIFT"]

_KINDS = VIEWS["gift"].columns["kind"].values


def _received() -> pl.Expr:
    return pl.col("status") == "received"


def _received_latest_first(rows: pl.LazyFrame, _today: date) -> pl.LazyFrame:
    received = _received().fill_null(False)
    return rows.sort(received, "date", "id", descending=True, nulls_last=True)


GIFT = Table("gift", "gift", "gift", _received_latest_first)


def _pledged() -> pl.Expr:
    return pl.col("status") == "pledged"


def _last(column: str) -> pl.Expr:
    # The first row is a gift received, if there is any: quicker than filtering in every group.
    return pl.when(_received()).then(pl.col(column)).first()


@GIFT.count("gifts received")
def _count(_today: date) -> pl.Expr:
    return _received().sum()


@GIFT.fact(ColumnType.CENTS, "total received", unit="US$ cents", default=0)
def _total_usd(_today: date) -> pl.Expr:
    return pl.when(_received()).then("amount_usd").sum()


@GIFT.count("gifts received whose value in US$ is not known: no amount, or no exchange rate")
def _unvalued_count(_today: date) -> pl.Expr:
    return (_received() & pl.col("amount_usd").is_null()).sum()


@GIFT.count("gifts promised and not yet received")
def _pledged_count(_today: date) -> pl.Expr:
    return _pledged().sum()


@GIFT.fact(ColumnType.CENTS, "total promised", unit="US$ cents", default=0)
def _pledged_usd(_today: date) -> pl.Expr:
    return pl.when(_pledged()).then("amount_usd").sum()


@GIFT.count("promised gifts whose day has passed")
def _overdue_count(today: date) -> pl.Expr:
    return (_pledged() & (pl.col("date") < today)).sum()


@GIFT.fact(ColumnType.DATE, "day of the first gift")
def _first_date(_today: date) -> pl.Expr:
    return pl.when(_received()).then("date").min()


@GIFT.fact(ColumnType.DATE, "day of the last gift")
def _last_date(_today: date) -> pl.Expr:
    return pl.when(_received()).then("date").max()


@GIFT.fact(ColumnType.INTEGER, "days since the last gift", unit="days")
def _days_since_last(today: date) -> pl.Expr:
    return (pl.lit(today) - pl.when(_received()).then("date").max()).dt.total_days()


@GIFT.fact(ColumnType.TEXT, "record of the last gift")
def _last_id(_today: date) -> pl.Expr:
    return _last("id")


@GIFT.fact(ColumnType.CENTS, "last gift, in its own currency", unit="cents")
def _last_amount(_today: date) -> pl.Expr:
    return _last("amount")


@GIFT.fact(ColumnType.CENTS, "last gift", unit="US$ cents")
def _last_amount_usd(_today: date) -> pl.Expr:
    return _last("amount_usd")


@GIFT.fact(ColumnType.TEXT, "currency of the last gift")
def _last_currency(_today: date) -> pl.Expr:
    return _last("currency")


@GIFT.fact(ColumnType.TEXT, "kind of the last gift", values=_KINDS)
def _last_kind(_today: date) -> pl.Expr:
    return _last("kind")


@GIFT.count("gifts in kind or pro bono received")
def _in_kind_count(_today: date) -> pl.Expr:
    return (_received() & pl.col("kind").is_in(["in_kind", "pro_bono"])).sum()


@GIFT.count("matching gifts received")
def _matching_count(_today: date) -> pl.Expr:
    return (_received() & (pl.col("kind") == "matching")).sum()


@GIFT.count("gifts received and not yet thanked for")
def _unthanked_count(_today: date) -> pl.Expr:
    return (_received() & pl.col("acknowledged_at").is_null()).sum()
