"""What a sweep would change, said without changing it."""

from datetime import datetime
from typing import Any

import polars as pl

from lifecycle.deciding import Sweep
from lifecycle.rulebook import Rulebook
from partners.job.looking import Population
from partners.store import Store

__all__ = ["would_change"]


def would_change(store: Store, rulebook: Rulebook, now: datetime) -> list[dict[str, Any]]:
    """Return the partners that would be decided anew: id, name, stage before and after."""
    everybody = Population.read(store, rulebook, now.date())
    return [partner for seen in everybody.looks(rulebook) for partner in _changed(seen.sweep)]


def _changed(seen: Sweep) -> list[dict[str, Any]]:
    before = seen.matrix.select("partner.id", "partner.name", pl.col("stage_before").alias("from"))
    changed = seen.outcome.filter("changed").join(before, on="partner.id", maintain_order="left")
    return changed.select(
        pl.col("partner.id").alias("id"),
        pl.col("partner.name").alias("name"),
        "from",
        pl.col("stage").alias("to"),
        "suspended",
    ).to_dicts()
