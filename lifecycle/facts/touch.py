"""Facts about contacts between people: mails, calls, meetings and visits."""

from datetime import date, timedelta

import polars as pl

from lifecycle.facts.table import Table
from partner_lifecycle.views import VIEWS, ColumnType

__all__ = ["TOUCH"]

_OUTCOMES = VIEWS["touch"].columns["outcome"].values


def _latest_first(rows: pl.LazyFrame, today: date) -> pl.LazyFrame:
    # A meeting still to come is not yet a touch.
    day = pl.col("at").dt.date()
    past = rows.with_columns(day.alias("day")).filter(pl.col("day") <= today)
    return past.sort("at", "id", descending=True)


TOUCH = Table("touch", "touch", "contact with the partner", _latest_first)


def _going(direction: str) -> pl.Expr:
    return pl.col("direction") == direction


@TOUCH.count("contacts between people")
def _count(_today: date) -> pl.Expr:
    return pl.len()


@TOUCH.count("times we reached out")
def _outbound_count(_today: date) -> pl.Expr:
    return _going("outbound").sum()


@TOUCH.count("times the partner reached out")
def _inbound_count(_today: date) -> pl.Expr:
    return _going("inbound").sum()


@TOUCH.count("contacts after which the partner was interested")
def _interested_count(_today: date) -> pl.Expr:
    return (pl.col("outcome") == "interested").sum()


@TOUCH.fact(ColumnType.DATE, "day of the last contact")
def _last_date(_today: date) -> pl.Expr:
    return pl.col("day").first()


@TOUCH.fact(ColumnType.INTEGER, "days since the last contact", unit="days")
def _days_since_last(today: date) -> pl.Expr:
    return (pl.lit(today) - pl.col("day").first()).dt.total_days()


@TOUCH.fact(ColumnType.DATE, "day the partner last reached out")
def _last_inbound_date(_today: date) -> pl.Expr:
    return pl.col("day").filter(_going("inbound")).first()


@TOUCH.fact(ColumnType.DATE, "day we last reached out")
def _last_outbound_date(_today: date) -> pl.Expr:
    return pl.col("day").filter(_going("outbound")).first()


@TOUCH.fact(ColumnType.DATE, "day since which the partner waits for an answer")
def _waiting_since(_today: date) -> pl.Expr:
    answered = pl.col("at").filter(_going("outbound")).max()
    unanswered = answered.is_null() | (pl.col("at") > answered)
    return pl.col("day").filter(_going("inbound") & unanswered).min()


@TOUCH.fact(ColumnType.DATE, "day of the last visit")
def _last_visit_date(_today: date) -> pl.Expr:
    return pl.col("day").filter(pl.col("kind") == "visit").first()


@TOUCH.fact(ColumnType.DATE, "day of the last meeting or visit")
def _last_meeting_date(_today: date) -> pl.Expr:
    return pl.col("day").filter(pl.col("kind").is_in(["meeting", "visit"])).first()


@TOUCH.fact(ColumnType.TEXT, "outcome of the last contact", values=_OUTCOMES)
def _last_outcome(_today: date) -> pl.Expr:
    return pl.col("outcome").first()


def _answered() -> pl.Expr:
    return pl.col("outcome").is_in(["interested", "declined"]).fill_null(False)


@TOUCH.fact(
    ColumnType.TEXT,
    "last clear answer of the partner, yes or no, whatever was said since",
    values=("interested", "declined"),
)
def _last_answer(_today: date) -> pl.Expr:
    return pl.col("outcome").filter(_answered()).first()


@TOUCH.fact(ColumnType.DATE, "day of the last clear answer of the partner")
def _last_answer_date(_today: date) -> pl.Expr:
    return pl.col("day").filter(_answered()).first()


@TOUCH.count("different offices that reached out in the last 90 days")
def _offices_90d(today: date) -> pl.Expr:
    recent = _going("outbound") & (pl.col("day") >= today - timedelta(days=90))
    return pl.col("office").filter(recent).drop_nulls().n_unique()
