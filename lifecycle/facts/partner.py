"""Facts about the partner itself."""

import polars as pl

from lifecycle.facts.table import FactSpec, column_fact
from partner_lifecycle.views import VIEWS, ColumnType

__all__ = ["PARTNER_FACTS", "partners"]

_COLUMNS = VIEWS["partner"].columns
_SHOWN = str.split(
    "id name audience subtype country region sector language office capacity_usd "
    "crm_stage crm_object owner_id created_at"
)
_LASTING = ("id", "audience", "crm_object")

PARTNER_FACTS: dict[str, FactSpec] = {
    f"partner.{name}": column_fact(f"partner.{name}", _COLUMNS[name], lasting=name in _LASTING)
    for name in _SHOWN
}


def partners(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the partner facts, one row per partner, in the order of ids."""
    return frame.sort("id").select(_shown(name).alias(f"partner.{name}") for name in _SHOWN)


def _shown(name: str) -> pl.Expr:
    value = pl.col(name)
    return value.dt.date() if _COLUMNS[name].type is ColumnType.INSTANT else value
