"""Facts about the top of the partner's group, and about everybody above the partner."""

import polars as pl

from lifecycle.facts.spelling import plain
from lifecycle.facts.table import FactSpec, column_fact
from partner_lifecycle.views import VIEWS, ColumnType

__all__ = ["GROUP_FACTS", "PARENT_FACTS", "groups", "parents"]

_PARTNER = VIEWS["partner"].columns
_SHOWN = ("id", "name", "country", "sector")
_OUTCOMES = ("refused", "remediation", "conditions", "cleared")
_RISKS = ("high", "substantial", "moderate", "low")
_HIGHEST = 20

PARENT_FACTS: dict[str, FactSpec] = {
    f"parent.{name}": column_fact(f"parent.{name}", _PARTNER[name], "parent") for name in _SHOWN
}
_GROUP = (
    FactSpec("group.sectors", ColumnType.TEXT, "sectors of all organisations above the partner"),
    FactSpec("group.trades", ColumnType.TEXT, "these sectors, in plain small letters"),
    FactSpec("group.outcome", ColumnType.TEXT, "worst decision on any of them", values=_OUTCOMES),
    FactSpec(
        "group.refused_at",
        ColumnType.DATE,
        "day on which any of them was last refused, or found to have shortcomings",
    ),
    FactSpec("group.risk", ColumnType.TEXT, "highest risk of any of them", values=_RISKS),
    FactSpec(
        "group.open_hits",
        ColumnType.INTEGER,
        "screening hits of any of them that nobody has closed",
        "rows",
        default=0,
    ),
)
GROUP_FACTS: dict[str, FactSpec] = {spec.name: spec for spec in _GROUP}


def parents(partner: pl.DataFrame) -> pl.DataFrame:
    """Return the facts of each partner's topmost parent, keyed by `partner.id`.

    A partner without a parent has no row. A circle of parents ends after twenty steps.
    """
    above = _above(partner)
    top = above.rename({"below": "partner.id", "above": "parent.id"})
    for _ in range(_HIGHEST):
        higher = top.join(above, left_on="parent.id", right_on="below", how="left")
        if higher["above"].null_count() == higher.height:
            break
        top = higher.select("partner.id", pl.coalesce("above", "parent.id").alias("parent.id"))
    of_parent = partner.select(pl.col(name).alias(f"parent.{name}") for name in _SHOWN)
    return top.join(of_parent, on="parent.id")


def groups(partner: pl.DataFrame, verdicts: pl.DataFrame, hits: pl.DataFrame) -> pl.DataFrame:
    """Return what is known of all organisations above each partner, keyed by `partner.id`.

    `verdicts` and `hits` have the facts of these tables, by `partner.id`. A partner with nobody
    above it has no row.
    """
    known = (
        partner.select(pl.col("id").alias("above"), "sector")
        .join(verdicts, left_on="above", right_on="partner.id", how="left")
        .join(hits, left_on="above", right_on="partner.id", how="left")
    )
    sectors = pl.col("sector").drop_nulls().unique().sort()
    trades = plain(pl.col("sector")).drop_nulls().unique().sort()
    adverse = pl.col("verdict.outcome").is_in(_OUTCOMES[:2])
    return (
        _all_above(partner)
        .join(known, on="above")
        .group_by(pl.col("below").alias("partner.id"))
        .agg(
            pl.when(sectors.len() > 0).then(sectors.str.join("; ")).alias("group.sectors"),
            pl.when(trades.len() > 0).then(trades.str.join("; ")).alias("group.trades"),
            _worst("verdict.outcome", _OUTCOMES).alias("group.outcome"),
            pl.col("verdict.decided_at").filter(adverse).max().alias("group.refused_at"),
            _worst("verdict.risk", _RISKS).alias("group.risk"),
            pl.col("hit.open_count").sum().cast(pl.Int64).alias("group.open_hits"),
        )
    )


def _worst(name: str, order: tuple[str, ...]) -> pl.Expr:
    """Return the value of several rows that comes first in `order`."""
    among = pl.col(name).is_in(order)
    return pl.when(among).then(name).cast(pl.Enum(order)).min().cast(pl.String)


def _above(partner: pl.DataFrame) -> pl.DataFrame:
    steps = partner.select(pl.col("id").alias("below"), pl.col("parent_id").alias("above"))
    return steps.filter(pl.col("above").is_in(partner["id"].implode()))


def _all_above(partner: pl.DataFrame) -> pl.DataFrame:
    """Return each partner with everybody above it, itself never among them."""
    steps = found = reached = _above(partner)
    for _ in range(_HIGHEST):
        higher = reached.join(steps, left_on="above", right_on="below", suffix="_next")
        reached = higher.select("below", pl.col("above_next").alias("above"))
        reached = reached.join(found, on=["below", "above"], how="anti").unique()
        if reached.is_empty():
            break
        found = pl.concat([found, reached])
    return found.filter(pl.col("below") != pl.col("above"))
