"""Facts about the partner itself."""

import polars as pl

from lifecycle.facts.spelling import plain
from lifecycle.facts.table import FactSpec, column_fact
from partner_lifecycle.views import VIEWS, ColumnType

__all__ = ["PARTNER_FACTS", "partners"]

_COLUMNS = VIEWS["partner"].columns
_SHOWN = str.split(
    "id name audience subtype country region sector language office capacity_usd "
    "crm_stage crm_object owner_id created_at"
)
_LASTING = ("id", "audience", "crm_object")
_PLAIN = {"kind": "subtype", "place": "region", "trade": "sector"}
"""Facts that show a column in plain letters."""

PARTNER_FACTS: dict[str, FactSpec] = {
    f"partner.{name}": column_fact(f"partner.{name}", _COLUMNS[name], lasting=name in _LASTING)
    for name in _SHOWN
} | {
    f"partner.{name}": FactSpec(
        f"partner.{name}", ColumnType.TEXT, f"{_COLUMNS[of].meaning}, in plain small letters"
    )
    for name, of in _PLAIN.items()
}


def partners(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the partner facts, one row per partner, in the order of ids."""
    shown = [_shown(name).alias(f"partner.{name}") for name in _SHOWN]
    made_plain = [plain(pl.col(of)).alias(f"partner.{name}") for name, of in _PLAIN.items()]
    return frame.sort("id").select(*shown, *made_plain)


def _shown(name: str) -> pl.Expr:
    value = pl.col(name)
    return value.dt.date() if _COLUMNS[name].type is ColumnType.INSTANT else value
