"""All facts of all partners as one frame: a row per partner, a column per fact."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

import polars as pl

from lifecycle.conditions import Schema
from lifecycle.facts.agreement import AGREEMENT, NEXT_AGREEMENT
from lifecycle.facts.condition import CONDITION, conditions
from lifecycle.facts.contact import CONTACT
from lifecycle.facts.credit import CREDIT, credited
from lifecycle.facts.diligence import DILIGENCE, VERDICT
from lifecycle.facts.gift import GIFT
from lifecycle.facts.obligation import OBLIGATION, duties
from lifecycle.facts.own import DRAFT, HIT, OVERRIDE
from lifecycle.facts.parent import GROUP_FACTS, PARENT_FACTS, groups, parents
from lifecycle.facts.partner import PARTNER_FACTS, partners
from lifecycle.facts.standing import STANDING_FACTS, standings
from lifecycle.facts.table import FactSpec, Table
from lifecycle.facts.touch import TOUCH
from lifecycle.plugins import Plugin, plugins

__all__ = ["FRAMES", "Frames", "build_matrix", "fact_schema", "fact_specs"]

Frames = Mapping[str, pl.DataFrame]
"""The views and our own tables by name, with the columns of the contract."""

_TABLES: tuple[Table, ...] = (
    CONTACT,
    GIFT,
    CREDIT,
    AGREEMENT,
    NEXT_AGREEMENT,
    DILIGENCE,
    VERDICT,
    OBLIGATION,
    CONDITION,
    TOUCH,
    HIT,
    DRAFT,
    OVERRIDE,
)
_BESIDE = ("stage_before", "moved_by_person", "moved_by", "touched", "held", "outcome_hash")
FRAMES = ("partner", "standing", *dict.fromkeys(table.view for table in _TABLES))
"""Names of the frames that the facts read."""


def fact_specs() -> Mapping[str, FactSpec]:
    """Return every fact by name, with its type, unit and meaning; plug-ins' facts come last."""
    return _specs(plugins())


@cache
def _specs(added: tuple[Plugin, ...]) -> Mapping[str, FactSpec]:
    of_tables = {name: spec for table in _tables(added) for name, (spec, _) in table.facts.items()}
    above = {**PARENT_FACTS, **GROUP_FACTS}
    return MappingProxyType({**STANDING_FACTS, **PARTNER_FACTS, **above, **of_tables})


def _tables(added: tuple[Plugin, ...]) -> tuple[Table, ...]:
    return (*_TABLES, *(table for plugin in added for table in plugin.facts))


def fact_schema() -> Schema:
    """Return the types of all facts, as conditions are checked against."""
    return {name: spec.type for name, spec in fact_specs().items()}


def build_matrix(frames: Frames, today: date, ids: pl.Series | None = None) -> pl.DataFrame:
    """Return the facts of every partner in `frames`, or only of those named, ordered by id.

    Beside the facts it has columns that decisions need and rules do not see.
    """
    partner, tables = frames["partner"], _tables(plugins())
    wanted = partner if ids is None else partner.filter(pl.col("id").is_in(ids.implode()))
    known = [table for table in tables if frames[table.view].height]
    by_table = (table.collect(_rows(table, frames, today), today) for table in known)
    by_partner = (facts.rename({"partner_id": "partner.id"}) for facts in by_table)
    # Collected before they are joined: in one plan with the joins, Polars computes facts twice.
    collected = pl.collect_all(by_partner)
    verdicts, hits = (_of(table, known, collected) for table in (VERDICT, HIT))
    matrix = partners(wanted).lazy()
    above = (parents(partner), groups(partner, verdicts, hits))
    for facts in (standings(wanted, frames["standing"], today), *above, *collected):
        matrix = matrix.join(facts.lazy(), on="partner.id", how="left")
    absent = [column for table in tables if table not in known for column in table.absent()]
    filled = matrix.with_columns(absent).with_columns(
        pl.col(name).fill_null(spec.default)
        for name, spec in fact_specs().items()
        if spec.default is not None
    )
    known_values = filled.with_columns(_only_known_values()).sort("partner.id")
    return known_values.select(*fact_specs(), *_BESIDE).collect()


def _of(table: Table, known: list[Table], collected: list[pl.DataFrame]) -> pl.DataFrame:
    """Return the facts of one table: no row where it has none for anybody."""
    nobody = pl.DataFrame(schema={"partner.id": pl.String}).with_columns(table.absent())
    return next(
        (facts for each, facts in zip(known, collected, strict=True) if each is table), nobody
    )


def _rows(table: Table, frames: Frames, today: date) -> pl.LazyFrame:
    if table is CREDIT:
        return credited(frames["gift_credit"], frames["gift"])
    if table is OBLIGATION:
        return duties(frames["obligation"], frames["agreement"], today)
    if table is CONDITION:
        return conditions(frames["obligation"], frames["diligence"], today)
    return frames[table.view].lazy()


def _only_known_values() -> list[pl.Expr]:
    """A text outside its enumeration says nothing that a rule could rely on: it is missing."""
    return [
        pl.when(pl.col(name).is_in(spec.values)).then(pl.col(name)).alias(name)
        for name, spec in fact_specs().items()
        if spec.values
    ]
