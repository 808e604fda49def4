"""From columns to single partners: the cases of those whose outcome changed, or of just one."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from lifecycle.conditions import Facts
from lifecycle.deciding.decide import Case
from lifecycle.deciding.sweep import Sweep, Sweeper
from lifecycle.facts import Frames, RowKind, build_matrix, build_rows, fact_specs
from lifecycle.rulebook import Rulebook

__all__ = ["case_of", "cases", "cases_of"]


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
        if not only:
            return
        wanted = sweep.outcome.filter(pl.col("partner.id").is_in(list(only)))
    beside = wanted.select("partner.id", "still")
    matrix = sweep.matrix.join(beside, on="partner.id", maintain_order="left")
    yield from cases_of(matrix, sweep.rows, acted)


def case_of(
    partner_id: str, rulebook: Rulebook, frames: Frames, acted: pl.DataFrame, day: date
) -> Case:
    """Return the case of one partner in `frames`, which have whoever is above it and gave for it.

    For one partner this is quicker than a sweep, which is made for many; only a stage that a person
    set before needs one, to see whether anything is new.
    """
    one = pl.Series([partner_id])
    matrix = build_matrix(frames, day, one)
    if matrix["held"].item():
        (case,) = cases(Sweeper(rulebook, day)(frames, acted, one), acted, everybody=True)
        return case
    kinds = sorted({rule.for_each for rule in rulebook.rules if rule.for_each})
    rows = {kind: build_rows(kind, frames, day) for kind in kinds}
    still = pl.col("moved_by_person").alias("still")
    (case,) = cases_of(matrix.with_columns(still), rows, acted)
    return case


def cases_of(
    matrix: pl.DataFrame, rows: Mapping[RowKind, pl.DataFrame], acted: pl.DataFrame
) -> Iterator[Case]:
    """Yield the case of every partner in the matrix, which says who is `still`, in its order."""
    ids = matrix["partner.id"].implode()
    by_kind = {kind: _by_partner(frame, ids) for kind, frame in rows.items()}
    anchors = _anchors(acted.filter(pl.col("partner_id").is_in(ids)))
    every_facts = matrix.select(fact_specs().keys()).iter_rows(named=True)
    moved = matrix.select("partner.id", "moved_by_person", "stage_before", "moved_by", "still")
    for facts, told in zip(every_facts, moved.iter_rows(), strict=True):
        partner, by_person, before, by, still = told
        yield Case(
            facts=facts,
            rows={kind: of[partner] for kind, of in by_kind.items() if partner in of},
            acted=anchors.get(partner, {}),
            person_moved=before if by_person else None,
            by=by,
            still=still,
        )


def _by_partner(frame: pl.DataFrame, ids: pl.Series) -> Mapping[str, Sequence[Facts]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    here = frame.filter(pl.col("partner.id").is_in(ids)).drop("today")
    for row in here.iter_rows(named=True):
        found[row.pop("partner.id")].append(row)
    return found


def _anchors(acted: pl.DataFrame) -> dict[str, dict[str, frozenset[str]]]:
    found: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for rule_id, partner_id, anchor in acted.select("rule_id", "partner_id", "anchor").iter_rows():
        found[partner_id][rule_id] = found[partner_id].get(rule_id, frozenset()) | {anchor}
    return found
