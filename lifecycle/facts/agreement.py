"""Facts about the current agreement, and about the next one, which waits for a signature.

The current one is signed and running, else sent, else a draft, else the latest.
"""

from datetime import date

import polars as pl

from lifecycle.facts.table import Table
from partner_lifecycle.views import ColumnType

__all__ = ["AGREEMENT", "NEXT_AGREEMENT", "in_force"]

_PARTS = ("has_roles", "has_activities", "has_governance", "has_accountability")
_PREFERENCES = ("exclusive", "endorses", "bars_tenders")


def _current_first(rows: pl.LazyFrame, today: date) -> pl.LazyFrame:
    running = (pl.col("status") == "signed") & (
        pl.col("end_date").is_null() | (pl.col("end_date") >= today)
    )
    # What runs without an end outlasts what has one.
    last_day = pl.when(running).then(pl.col("end_date").fill_null(date.max)).otherwise("end_date")
    order = (running, pl.col("status") == "sent", pl.col("status") == "draft", last_day)
    return rows.sort(*order, "id", descending=True, nulls_last=True)


def _next_first(rows: pl.LazyFrame, _today: date) -> pl.LazyFrame:
    sent = pl.col("status") == "sent"
    unsigned = rows.filter(pl.col("status").is_in(["sent", "draft"]))
    return unsigned.sort(sent, "start_date", "id", descending=True, nulls_last=True)


AGREEMENT = Table("agreement", "agreement", "agreement", _current_first)
AGREEMENT.show(
    "id status partnership_types start_date end_date signed_at ended_on has_roles has_activities "
    "has_governance has_accountability exclusive endorses bars_tenders value_usd countries "
    "previous_id publications replicating_offices people_helped projects"
)
NEXT_AGREEMENT = Table("next_agreement", "agreement", "agreement to be signed", _next_first)
NEXT_AGREEMENT.show(
    "id status partnership_types start_date exclusive endorses bars_tenders value_usd"
)


@AGREEMENT.count("agreements on record")
@NEXT_AGREEMENT.count("agreements that wait for a signature")
def _count(_today: date) -> pl.Expr:
    return pl.len()


def in_force(today: date) -> pl.Expr:
    """Return which agreements are signed and not over."""
    over = pl.col("end_date") < today
    return (pl.col("status") == "signed") & ~over.fill_null(False)


def _has_all_parts() -> pl.Expr:
    return pl.all_horizontal([pl.col(part).fill_null(False) for part in _PARTS])


@AGREEMENT.count("agreements that were ever signed: none that was called off before")
def _concluded_count(_today: date) -> pl.Expr:
    called_off = (pl.col("status") == "cancelled") & pl.col("signed_at").is_null()
    waiting = pl.col("status").is_in(["draft", "sent"])
    return (pl.col("status").is_not_null() & ~waiting & ~called_off).sum()


@AGREEMENT.count("agreements in force with exclusivity, an endorsement or a bar from tenders")
def _preference_count(today: date) -> pl.Expr:
    preference = pl.any_horizontal([pl.col(each).fill_null(False) for each in _PREFERENCES])
    return (in_force(today) & preference).sum()


@AGREEMENT.count("agreements in force that lack a part of a written agreement")
def _incomplete_count(today: date) -> pl.Expr:
    return (in_force(today) & ~_has_all_parts()).sum()


@AGREEMENT.fact(ColumnType.INTEGER, "days until the agreement ends", unit="days")
def _days_left(today: date) -> pl.Expr:
    return (pl.col("end_date").first() - pl.lit(today)).dt.total_days()


@AGREEMENT.fact(ColumnType.INTEGER, "days for which the agreement was made", unit="days")
def _term_days(_today: date) -> pl.Expr:
    return (pl.col("end_date").first() - pl.col("start_date").first()).dt.total_days()


@AGREEMENT.fact(ColumnType.DATE, "day on which the present year of the agreement began")
def _anniversary(today: date) -> pl.Expr:
    start = pl.col("start_date").first()
    this_year, last_year = (
        start.dt.offset_by(pl.format("{}y", year - start.dt.year()))
        for year in (today.year, today.year - 1)
    )
    begun = pl.when(this_year <= today).then(this_year).otherwise(last_year)
    return pl.when(start <= today).then(begun)


@AGREEMENT.fact(ColumnType.BOOLEAN, "agreement: has all four parts of a written agreement")
@NEXT_AGREEMENT.fact(
    ColumnType.BOOLEAN, "agreement to be signed: has all four parts of a written agreement"
)
def _complete(_today: date) -> pl.Expr:
    return _has_all_parts().first()
