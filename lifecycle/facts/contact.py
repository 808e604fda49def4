"""Facts about whom we may write to: the primary contact first, if reachable."""

from datetime import date

import polars as pl

from lifecycle.facts.table import Table
from partner_lifecycle.views import ColumnType

__all__ = ["CONTACT"]


def _may_be_written_to() -> pl.Expr:
    refused = pl.any_horizontal(
        pl.col("email_opt_out").fill_null(False),
        pl.col("do_not_contact").fill_null(False),
        pl.col("deceased").fill_null(False),
        pl.col("bounced_at").is_not_null(),
    )
    return pl.col("email").is_not_null() & ~refused


def _reachable_first(rows: pl.LazyFrame, _today: date) -> pl.LazyFrame:
    primary = pl.col("is_primary").fill_null(False)
    return rows.sort(_may_be_written_to().not_(), primary.not_(), "id")


CONTACT = Table("contact", "contact", "contact", _reachable_first)
CONTACT.show(
    "id name salutation last_name email language role email_opt_out do_not_contact deceased"
)


@CONTACT.count("people on record")
def _count(_today: date) -> pl.Expr:
    return pl.len()


@CONTACT.count("people we may write to")
def _reachable_count(_today: date) -> pl.Expr:
    return _may_be_written_to().sum()


@CONTACT.fact(ColumnType.BOOLEAN, "e-mail to the person has come back")
def _bounced(_today: date) -> pl.Expr:
    return pl.col("bounced_at").is_not_null().first()


@CONTACT.fact(ColumnType.BOOLEAN, "the person may be written to")
def _reachable(_today: date) -> pl.Expr:
    return _may_be_written_to().first()
