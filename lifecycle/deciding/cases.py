"""From a sweep's columns to single partners: the cases of those whose outcome changed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from lifecycle.conditions import Facts
from lifecycle.deciding.decide import Case
from lifecycle.deciding.sweep import Sweep
from lifecycle.facts import fact_specs

__all__ = ["cases"]


def cases(
    sweep: Sweep,
    acted: pl.DataFrame,
    *,
    everybody: bool = False,
    only: Collection[str] | None = None,
) -> Iterator[Case]:
    """Yield the case of every partner whose outcome changed (or of others), ordered by id.

    `acted` has rule_id, partner_id and anchor, as for the sweep; `only` names partners whose case
    is wanted, changed or not.
    """
    wanted = sweep.outcome if everybody else sweep.outcome.filter("changed")
    if only is not None:
        wanted = sweep.outcome.filter(pl.col("partner.id").is_in(list(only)))
    matrix = sweep.matrix.join(wanted.select("partner.id", "still"), on="partner.id")
    matrix = matrix.sort("partner.id")
    ids = matrix["partner.id"].implode()
    rows = {kind: _by_partner(frame, ids) for kind, frame in sweep.rows.items()}
    anchors = _anchors(acted.filter(pl.col("partner_id").is_in(ids)))
    names = list(fact_specs())
    for values in matrix.iter_rows(named=True):
        partner = values["partner.id"]
        yield Case(
            facts={name: values[name] for name in names},
            rows={kind: of[partner] for kind, of in rows.items() if partner in of},
            acted=anchors.get(partner, {}),
            person_moved=values["stage_before"] if values["moved_by_person"] else None,
            by=values["moved_by"],
            still=values["still"],
        )


def _by_partner(frame: pl.DataFrame, ids: pl.Series) -> Mapping[str, Sequence[Facts]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in frame.filter(pl.col("partner.id").is_in(ids)).iter_rows(named=True):
        found[row.pop("partner.id")].append(row)
    return found


def _anchors(acted: pl.DataFrame) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for rule_id, partner_id, anchor in acted.select("rule_id", "partner_id", "anchor").iter_rows():
        found[partner_id][rule_id] = anchor
    return found
