"""Facts about due diligence: the one at work, and the verdict that stands meanwhile."""

from datetime import date

import polars as pl

from lifecycle.facts.table import Table
from partner_lifecycle.views import VIEWS, ColumnType

__all__ = ["DILIGENCE", "VERDICT"]

_CRITERIA = (
    "human_rights",
    "labour",
    "environment",
    "anti_corruption",
    "un_obligations",
    "undue_risk",
)
_OUTCOMES = VIEWS["diligence"].columns["outcome"].values
_ADVERSE = ["refused", "remediation"]


def _decided() -> pl.Expr:
    return (pl.col("status") == "decided").fill_null(False)


def _adverse() -> pl.Expr:
    return pl.col("outcome").is_in(_ADVERSE).fill_null(False)


def _standing_first(rows: pl.LazyFrame, today: date) -> pl.LazyFrame:
    # A decision without a day, or with one still to come, must not hide one that has a day, unless
    # it is adverse: then it stands until somebody puts its day right. On one day the adverse wins.
    passed = pl.when(pl.col("decided_at") <= today).then("decided_at")
    unplaced = _adverse() & passed.is_null()
    return rows.sort(unplaced, passed, _adverse(), "id", descending=True, nulls_last=True)


def _at_work_first(rows: pl.LazyFrame, today: date) -> pl.LazyFrame:
    return _standing_first(rows, today).sort(_decided(), maintain_order=True)


def _verdicts(rows: pl.LazyFrame, today: date) -> pl.LazyFrame:
    return _standing_first(rows.filter(_decided(), pl.col("outcome").is_in(_OUTCOMES)), today)


DILIGENCE = Table("diligence", "diligence", "due diligence", _at_work_first)
DILIGENCE.show(
    "id status depth risk human_rights labour environment anti_corruption un_obligations "
    "undue_risk outcome conditions_due conditions_met_at assessed_by approved_by decided_at "
    "valid_until evidence_count"
)
VERDICT = Table("verdict", "diligence", "decided due diligence", _verdicts)
VERDICT.show(
    "id depth risk un_obligations outcome conditions_due conditions_met_at assessed_by "
    "approved_by approval_level restricted_percent decided_at valid_until evidence_count"
)


def _all(values: list[str]) -> pl.Expr:
    each = [pl.col(name).is_in(values).fill_null(False).first() for name in _CRITERIA]
    return pl.all_horizontal(each)


@DILIGENCE.count("due diligences on record")
@VERDICT.count("due diligences that were decided")
def _count(_today: date) -> pl.Expr:
    return pl.len()


@DILIGENCE.count("due diligences begun and not decided")
def _open_count(_today: date) -> pl.Expr:
    return (~_decided()).sum()


@DILIGENCE.count("due diligences opened for an incident and not decided")
def _incident_count(_today: date) -> pl.Expr:
    return (~_decided() & (pl.col("opened_for") == "incident").fill_null(False)).sum()


@DILIGENCE.count("due diligences shown as decided, without an outcome or a day that has passed")
def _unfinished_count(today: date) -> pl.Expr:
    said = pl.col("outcome").is_in(_OUTCOMES) & (pl.col("decided_at") <= today)
    return (_decided() & ~said.fill_null(False)).sum()


@DILIGENCE.fact(ColumnType.INTEGER, "days for which the due diligence still holds", unit="days")
@VERDICT.fact(ColumnType.INTEGER, "days for which the clearance still holds", unit="days")
def _days_valid(today: date) -> pl.Expr:
    return (pl.col("valid_until").first() - pl.lit(today)).dt.total_days()


@DILIGENCE.fact(ColumnType.BOOLEAN, "due diligence: all six criteria are met")
@VERDICT.fact(ColumnType.BOOLEAN, "decided due diligence: all six criteria are met")
def _criteria_met(_today: date) -> pl.Expr:
    return _all(["met"])


@VERDICT.fact(ColumnType.BOOLEAN, "decided due diligence: every criterion is met or still unclear")
def _criteria_open(_today: date) -> pl.Expr:
    return _all(["met", "unclear"])


@DILIGENCE.fact(ColumnType.BOOLEAN, "due diligence: assessor and approver are two people")
@VERDICT.fact(ColumnType.BOOLEAN, "decided due diligence: assessor and approver are two people")
def _four_eyes(_today: date) -> pl.Expr:
    return (pl.col("assessed_by") != pl.col("approved_by")).fill_null(False).first()
