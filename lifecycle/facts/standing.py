"""Where a partner stands before today's rules: what we last decided, or what the CRM says."""

from datetime import date

import polars as pl

from lifecycle.facts.table import FactSpec
from partner_lifecycle.views import VIEWS, ColumnType

__all__ = ["STAGES", "STANDING_FACTS", "standings"]

STAGES = VIEWS["partner"].columns["crm_stage"].values

STANDING_FACTS: dict[str, FactSpec] = {
    "stage": FactSpec(
        "stage", ColumnType.TEXT, "stage in the lifecycle", values=STAGES, lasting=True
    ),
    "suspended": FactSpec("suspended", ColumnType.BOOLEAN, "suspended beside the stage"),
    "since": FactSpec("since", ColumnType.DATE, "day the stage began"),
    "days_in_stage": FactSpec("days_in_stage", ColumnType.INTEGER, "days in the stage", "days"),
    "visit": FactSpec(
        "visit", ColumnType.INTEGER, "stages the partner has been through", "stages", lasting=True
    ),
    "set_from": FactSpec(
        "set_from",
        ColumnType.TEXT,
        "stage from which a person set the present one; none where rules led to it",
        values=STAGES,
        lasting=True,
    ),
    "today": FactSpec("today", ColumnType.DATE, "the day of the decision"),
}
_FIRST = STAGES[0]


def standings(partner: pl.DataFrame, standing: pl.DataFrame, today: date) -> pl.DataFrame:
    """Return the standing facts of every partner, keyed by `partner.id`.

    A partner we have not met stands where the CRM has it, else at the first stage. A stage that
    differs in the CRM from the last one we saw or wrote there was set by a person, and holds:
    `moved_by_person` is then true and `stage_before` is the stage we had, which `set_from` goes on
    saying until rules move the partner. A stage that was emptied is no move: ours is written again.
    `touched` is true for both.
    """
    seen = partner.join(standing, left_on="id", right_on="partner_id", how="left")
    by_person = (
        pl.col("stage").is_not_null()
        & pl.col("crm_stage").is_in(STAGES)
        & (pl.col("crm_stage") != pl.col("stage"))
        & pl.col("crm_stage").ne_missing(pl.col("crm_stage_seen"))
    ).fill_null(False)
    blanked = (
        pl.col("stage").is_not_null()
        & pl.col("crm_stage").is_null()
        & pl.col("crm_stage_seen").is_not_null()
    )
    adopted = pl.coalesce("crm_since", pl.col("crm_stage_at").dt.date(), pl.lit(today))
    moved_at = pl.coalesce(pl.col("crm_stage_at").dt.date(), pl.lit(today))
    since = pl.when(by_person).then(moved_at).otherwise(pl.coalesce("since", adopted))
    known = pl.when(pl.col("crm_stage").is_in(STAGES)).then("crm_stage")
    return seen.select(
        pl.col("id").alias("partner.id"),
        pl.when(by_person)
        .then("crm_stage")
        .otherwise(pl.coalesce("stage", known, pl.lit(_FIRST)))
        .alias("stage"),
        pl.col("suspended").fill_null(False),
        since.alias("since"),
        (pl.lit(today) - since).dt.total_days().alias("days_in_stage"),
        (pl.col("visit").fill_null(0) + by_person.cast(pl.Int64)).alias("visit"),
        pl.when(by_person).then("stage").otherwise("set_from").alias("set_from"),
        pl.lit(today).alias("today"),
        pl.coalesce("stage", known, pl.lit(_FIRST)).alias("stage_before"),
        by_person.alias("moved_by_person"),
        (by_person | blanked).alias("touched"),
        pl.when(by_person).then("crm_stage_by").alias("moved_by"),
        pl.col("held").fill_null(False),
        pl.col("outcome_hash"),
    )
