"""Facts about the organisation at the top of the partner's group."""

import polars as pl

from lifecycle.facts.table import FactSpec, column_fact
from partner_lifecycle.views import VIEWS, ColumnType

__all__ = ["PARENT_FACTS", "parents"]

_PARTNER = VIEWS["partner"].columns
_DILIGENCE = VIEWS["diligence"].columns
_ITSELF = ("id", "name", "country", "sector")
_DECIDED = {"parent.outcome": "verdict.outcome", "parent.risk": "verdict.risk"}
_HITS = "parent.open_hits"
_HIGHEST = 20

PARENT_FACTS: dict[str, FactSpec] = {
    **{
        f"parent.{name}": column_fact(f"parent.{name}", _PARTNER[name], "parent")
        for name in _ITSELF
    },
    **{
        f"parent.{name}": column_fact(f"parent.{name}", _DILIGENCE[name], "parent's due diligence")
        for name in ("outcome", "risk")
    },
    _HITS: FactSpec(
        _HITS,
        ColumnType.INTEGER,
        "screening hits of the parent that nobody has closed",
        "rows",
        default=0,
    ),
}


def parents(frame: pl.DataFrame, verdicts: pl.DataFrame, hits: pl.DataFrame) -> pl.DataFrame:
    """Return the facts of each partner's topmost parent, keyed by `partner.id`.

    `verdicts` and `hits` have the facts of these tables, by `partner.id`. A partner without a
    parent has no row.
    """
    decided = {new: pl.col(old) for new, old in _DECIDED.items()}
    above = pl.col("partner.id").alias("parent.id")
    of_parent = frame.select(pl.col(name).alias(f"parent.{name}") for name in _ITSELF)
    return (
        _tops(frame)
        .join(of_parent, on="parent.id")
        .join(verdicts.select(above, **decided), on="parent.id", how="left")
        .join(hits.select(above, pl.col("hit.open_count").alias(_HITS)), on="parent.id", how="left")
    )


def _tops(frame: pl.DataFrame) -> pl.DataFrame:
    """Return each partner with its topmost parent; a circle of parents ends after twenty steps."""
    above = frame.select(pl.col("id").alias("below"), pl.col("parent_id").alias("above"))
    above = above.filter(pl.col("above").is_in(frame["id"].implode()))
    top = above.rename({"below": "partner.id", "above": "parent.id"})
    for _ in range(_HIGHEST):
        higher = top.join(above, left_on="parent.id", right_on="below", how="left")
        if higher["above"].null_count() == higher.height:
            break
        top = higher.select("partner.id", pl.coalesce("above", "parent.id").alias("parent.id"))
    return top
