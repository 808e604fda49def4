"""Facts about what each side owes the other under an agreement."""

from datetime import date

import polars as pl

from lifecycle.facts.agreement import in_force
from lifecycle.facts.table import Table
from partner_lifecycle.views import VIEWS, ColumnType

__all__ = ["OBLIGATION", "duties"]

_KINDS = VIEWS["obligation"].columns["kind"].values
_CONDITION = "condition"


def _next_due_first(rows: pl.LazyFrame, _today: date) -> pl.LazyFrame:
    return rows.sort("due_date", "id", nulls_last=True)


OBLIGATION = Table("obligation", "obligation", "obligation", _next_due_first)


def duties(obligation: pl.DataFrame, agreement: pl.DataFrame, today: date) -> pl.LazyFrame:
    """Return what is owed under agreements, conditions of clearances left out.

    `running` says whether the agreement is in force; what names none on record counts as running.
    """
    states = agreement.lazy().select(
        pl.col("id").alias("agreement_id"), in_force(today).fill_null(False).alias("running")
    )
    owed = obligation.lazy().filter(pl.col("kind").ne_missing(_CONDITION))
    beside = owed.join(states, on="agreement_id", how="left")
    return beside.with_columns(pl.col("running").fill_null(True))


def _open() -> pl.Expr:
    return pl.col("done_at").is_null()


def _overdue(today: date, owed_by: str) -> pl.Expr:
    return (_open() & (pl.col("owed_by") == owed_by) & (pl.col("due_date") < today)).sum()


def _of_kind(kind: str) -> pl.Expr:
    return (pl.col("running") & (pl.col("kind") == kind)).sum()


@OBLIGATION.count("obligations on record")
def _count(_today: date) -> pl.Expr:
    return pl.len()


@OBLIGATION.count("obligations under agreements in force")
def _running_count(_today: date) -> pl.Expr:
    return pl.col("running").sum()


@OBLIGATION.count("reports owed under agreements in force")
def _report_count(_today: date) -> pl.Expr:
    return _of_kind("report")


@OBLIGATION.count("recognitions owed under agreements in force")
def _recognition_count(_today: date) -> pl.Expr:
    return _of_kind("recognition")


@OBLIGATION.count("consultations owed under agreements in force")
def _consultation_count(_today: date) -> pl.Expr:
    return _of_kind("consultation")


@OBLIGATION.count("payments owed under agreements in force")
def _payment_count(_today: date) -> pl.Expr:
    return _of_kind("payment")


@OBLIGATION.count("obligations not yet done")
def _open_count(_today: date) -> pl.Expr:
    return _open().sum()


@OBLIGATION.count("what we owe and is overdue")
def _overdue_by_us(today: date) -> pl.Expr:
    return _overdue(today, "us")


@OBLIGATION.count("what the partner owes and is overdue")
def _overdue_by_partner(today: date) -> pl.Expr:
    return _overdue(today, "partner")


@OBLIGATION.fact(ColumnType.DATE, "day on which something is next due")
def _next_due_date(_today: date) -> pl.Expr:
    return pl.col("due_date").filter(_open()).first()


@OBLIGATION.fact(ColumnType.TEXT, "what is next due", values=_KINDS)
def _next_kind(_today: date) -> pl.Expr:
    return pl.col("kind").filter(_open()).first()
