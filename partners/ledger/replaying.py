"""Decide again from what was recorded, by the rules that decided, and show any difference."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from partners.ledger.again import Again, Choose, Difference
from partners.ledger.rulebooks import KeptRulebooks
from partners.store import Store, decision, decision_private

__all__ = ["Replayed", "Wanted", "replay"]

_MOST_DIFFERENCES = 1_000


class Wanted(NamedTuple):
    """Which decisions are made again: of one partner, from a day on, the last so many; or all."""

    partner: str | None = None
    since: date | None = None
    limit: int | None = None


@dataclass
class Replayed:
    """How many decisions came out the same; of very many differences only the first are told.

    Nothing is decided again that a person decided, whose private row was erased, or whose rules are
    not kept.
    """

    same: int = 0
    different: int = 0
    by_persons: int = 0
    erased: int = 0
    without_rules: int = 0
    differences: list[Difference] = field(default_factory=list)

    def note(self, found: Sequence[Difference]) -> None:
        """Count a decision that was made again."""
        self.different += bool(found)
        self.same += not found
        self.differences += found[: _MOST_DIFFERENCES - len(self.differences)]


def replay(store: Store, choose: Choose, wanted: Wanted) -> Replayed:
    """Decide again, the latest first; store nothing.

    Raises RulebookError when this version of the library cannot read rules that decided.
    """
    done = Replayed()
    with store.reading() as connection:
        again = Again(KeptRulebooks(connection), choose)
        for row in connection.execute(_query(wanted), execution_options={"yield_per": 1_000}):
            if row.kind == "erasure":
                continue
            if row.kind == "person":
                done.by_persons += 1
            elif row.recorded is None:
                done.erased += 1
            elif again.rules_of(row) is None:
                done.without_rules += 1
            else:
                done.note(again.differences(row))
    return done


def _query(wanted: Wanted) -> Select[Any]:
    beside = decision_private.c.decision_id == decision.c.id
    query = select(decision, decision_private.c.recorded).outerjoin(decision_private, beside)
    if wanted.partner is not None:
        query = query.where(decision.c.partner_id == wanted.partner)
    if wanted.since is not None:
        begin = datetime.combine(wanted.since, datetime.min.time(), tzinfo=UTC)
        query = query.where(decision.c.decided_at >= begin)
    return query.order_by(decision.c.id.desc()).limit(wanted.limit)
