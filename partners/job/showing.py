"""One partner as it stands now: the facts, the decision they lead to, and what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text

from lifecycle.conditions import Value
from lifecycle.deciding import Decision, Summary, case_of, summarise
from lifecycle.facts import FRAMES, fact_specs
from lifecycle.rulebook import Rulebook
from partners.job.engines import decider_for
from partners.job.episodes import read_acted
from partners.job.finding import find_partner
from partners.job.overrides import in_force
from partners.store import Store, decision, decision_private, read_frames, standing

__all__ = ["Shown", "show_partner"]

_MOST_PARENTS = 20
_LAST_DECISIONS = 5


@dataclass(frozen=True)
class Shown:
    """One partner: what the rules say now, what is set aside, what was stored and decided."""

    id: str
    name: str
    decision: Decision
    summary: Summary
    standing: Mapping[str, Any] | None
    overrides: Sequence[Mapping[str, Any]]
    history: list[Mapping[str, Any]]
    engine: str

    @property
    def known_facts(self) -> dict[str, Value]:
        """Return the facts that are known, in the order in which they are declared."""
        facts = self.decision.facts
        return {name: facts[name] for name in fact_specs() if facts.get(name) is not None}

    def as_data(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {**asdict(self), "facts": self.known_facts}


def show_partner(
    store: Store, rulebook: Rulebook, wanted: str, now: datetime, engine_name: str
) -> Shown:
    """Decide one partner from the mirror, storing nothing.

    `wanted` is the record's id or the partner's whole name. Raises PartnerUnknown.
    """
    decider, engine = decider_for(engine_name, rulebook, now.date())
    with store.reading() as connection:
        partner, name = find_partner(connection, wanted)
        ids = [partner, *_parents(connection, partner), *_givers(connection, partner)]
        frames = read_frames(connection, FRAMES, ids)
        acted = read_acted(connection, rulebook, [partner])
        stood = _standing(connection, partner)
        overrides = in_force(connection, [partner], now.date()).get(partner, ())
        history = _history(connection, partner)
    decided = decider.decide(case_of(partner, rulebook, frames, acted, now.date()))
    summary = summarise(decided, rulebook)
    return Shown(partner, name, decided, summary, stood, overrides, history, engine)


def _parents(connection: Connection, partner: str) -> list[str]:
    query = text("SELECT parent_id FROM partner WHERE id = :id")
    found: list[str] = []
    at: str | None = partner
    while at is not None and at not in found and len(found) <= _MOST_PARENTS:
        found.append(at)
        at = connection.execute(query, {"id": at}).scalar()
    return found[1:]


def _givers(connection: Connection, partner: str) -> list[str]:
    """Return who gave what is credited to the partner: those gifts are read with their givers."""
    query = text(
        "SELECT DISTINCT partner_id FROM gift "
        "WHERE id IN (SELECT gift_id FROM gift_credit WHERE partner_id = :id)"
    )
    return [giver for giver in connection.execute(query, {"id": partner}).scalars() if giver]


def _standing(connection: Connection, partner: str) -> Mapping[str, Any] | None:
    row = connection.execute(select(standing).where(standing.c.partner_id == partner)).first()
    return None if row is None else dict(row._mapping)


def _history(connection: Connection, partner: str) -> list[Mapping[str, Any]]:
    columns = ("decided_at", "kind", "by", "stage_from", "stage_to", "suspended")
    query = (
        select(*(decision.c[name] for name in columns), decision_private.c.recorded)
        .outerjoin(decision_private, decision_private.c.decision_id == decision.c.id)
        .where(decision.c.partner_id == partner)
        .order_by(decision.c.id.desc())
        .limit(_LAST_DECISIONS)
    )
    return [_told(dict(row._mapping)) for row in connection.execute(query)]


def _told(row: dict[str, Any]) -> Mapping[str, Any]:
    """Return a decision with the name of the person who made it, unless that was erased."""
    recorded = row.pop("recorded") or {}
    return {**row, "by": recorded.get("by") or row["by"]} if row["kind"] == "person" else row
