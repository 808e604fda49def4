"""Facts about the partner itself and about the organisation at the top of its group."""

import polars as pl

from lifecycle.facts.table import FactSpec, column_fact
from partner_lifecycle.views import VIEWS, ColumnType

__all__ = ["PARENT_FACTS", "PARTNER_FACTS", "parents", "partners"]

_COLUMNS = VIEWS["partner"].columns
_SHOWN = str.split(
    "id name audience subtype country region sector language office capacity_usd "
    "crm_stage crm_object owner_id created_at"
)
_OF_PARENT = ("id", "name", "country", "sector")
_HIGHEST = 20
_LASTING = ("id", "audience", "crm_object")

PARTNER_FACTS: dict[str, FactSpec] = {
    f"partner.{name}": column_fact(f"partner.{name}", _COLUMNS[name], lasting=name in _LASTING)
    for name in _SHOWN
}
PARENT_FACTS: dict[str, FactSpec] = {
    f"parent.{name}": column_fact(f"parent.{name}", _COLUMNS[name], "parent") for name in _OF_PARENT
}


def partners(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the partner facts, one row per partner, in the order of ids."""
    return frame.sort("id").select(_shown(name).alias(f"partner.{name}") for name in _SHOWN)


def _shown(name: str) -> pl.Expr:
    value = pl.col(name)
    return value.dt.date() if _COLUMNS[name].type is ColumnType.INSTANT else value


def parents(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the facts of each partner's topmost parent, keyed by `partner.id`.

    A partner without a parent has no row. A circle of parents ends after twenty steps.
    """
    above = frame.select(pl.col("id").alias("below"), pl.col("parent_id").alias("above"))
    above = above.filter(pl.col("above").is_in(frame["id"].implode()))
    top = above.rename({"below": "partner.id", "above": "parent.id"})
    for _ in range(_HIGHEST):
        higher = top.join(above, left_on="parent.id", right_on="below", how="left")
        if higher["above"].null_count() == higher.height:
            break
        top = higher.select("partner.id", pl.coalesce("above", "parent.id").alias("parent.id"))
    of_parent = frame.select(pl.col(name).alias(f"parent.{name}") for name in _OF_PARENT)
    return top.join(of_parent, on="parent.id")
