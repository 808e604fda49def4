"""One partner as it stands now: the facts, the decision they lead to, and what was decided."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text

from lifecycle.conditions import Value
from lifecycle.deciding import Decision, Summary, case_of, summarise
from lifecycle.facts import FRAMES, fact_specs
from lifecycle.rulebook import Rulebook
from partners.errors import PartnerUnknown
from partners.job.engines import decider_for
from partners.job.episodes import read_acted
from partners.store import Store, decision, decision_private, read_frames, standing

__all__ = ["Shown", "show_partner"]

_MOST_NAMES = 10
_MOST_PARENTS = 20
_LAST_DECISIONS = 5


@dataclass(frozen=True)
class Shown:
    """One partner: what the rules say now, what stands in the store, and its last decisions."""

    id: str
    name: str
    decision: Decision
    summary: Summary
    standing: Mapping[str, Any] | None
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
        partner, name = _find(connection, wanted)
        ids = [partner, *_parents(connection, partner), *_givers(connection, partner)]
        frames = read_frames(connection, FRAMES, ids)
        acted = read_acted(connection, rulebook, [partner])
        stood = _standing(connection, partner)
        history = _history(connection, partner)
    decided = decider.decide(case_of(partner, rulebook, frames, acted, now.date()))
    return Shown(partner, name, decided, summarise(decided, rulebook), stood, history, engine)


def _find(connection: Connection, wanted: str) -> tuple[str, str]:
    by_id = text("SELECT id, name FROM partner WHERE id = :wanted")
    found = list(connection.execute(by_id, {"wanted": wanted}))
    if not found:
        by_name = text("SELECT id, name FROM partner WHERE name = :wanted ORDER BY id")
        found = list(connection.execute(by_name, {"wanted": wanted}))
    if len(found) == 1:
        return found[0].id, found[0].name
    if found:
        ids = ", ".join(row.id for row in found[:_MOST_NAMES])
        raise PartnerUnknown(
            f"{len(found)} partners are called {wanted}.", remedy=f"name one by its id: {ids}"
        )
    raise PartnerUnknown(
        f"There is no partner {wanted} in the mirror.",
        remedy=_similar(connection, wanted) or "give the record's id in the CRM or the whole name",
    )


def _similar(connection: Connection, wanted: str) -> str:
    like = text("SELECT name FROM partner WHERE lower(name) LIKE :wanted ORDER BY name LIMIT 5")
    names = connection.execute(like, {"wanted": f"%{wanted.lower()}%"}).scalars()
    known = ", ".join(str(name) for name in names)
    return f"did you mean: {known}?" if known else ""


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
        "SELECT DISTINCT gift.partner_id FROM gift_credit "
        "JOIN gift ON gift.id = gift_credit.gift_id "
        "WHERE gift_credit.partner_id = :id AND gift.partner_id IS NOT NULL"
    )
    return list(connection.execute(query, {"id": partner}).scalars())


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
