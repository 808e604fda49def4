"""Decide again from what was recorded, by the rules that decided, and show any difference."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select, type_coerce
from sqlalchemy.types import NullType

from lifecycle.rulebook import ParameterTooEarly
from partners.ledger.again import Again, Choose, Difference
from partners.ledger.appending import ERASURE
from partners.ledger.findings import Finding, Row, of_decision
from partners.ledger.kept import Kept, Unreadable, read_kept
from partners.ledger.rulebooks import KeptRulebooks
from partners.ledger.stream import as_it_lies, streamed
from partners.store import Store, decision, decision_private, standing

__all__ = ["Replayed", "Wanted", "replay"]

_MOST_TOLD = 1_000
_STANDS = ("reason", "suspended_why", "next_step", "missing")
_COLUMNS = (
    *(type_coerce(column, NullType()).label(column.name) for column in decision.c),
    type_coerce(decision_private.c.recorded, NullType()).label("recorded"),
    standing.c.partner_id.label("stands"),
    *(standing.c[name] for name in _STANDS),
)
"""Everything as it lies there, whatever somebody wrote over it."""


class Wanted(NamedTuple):
    """Which decisions are made again: of one partner, from a day on, the last so many; or all."""

    partner: str | None = None
    since: date | None = None
    limit: int | None = None


@dataclass
class Replayed:
    """How many decisions came out the same; of very many differences only the first are told.

    `on_record` is how many there are of those that were wanted. Nothing is decided again that a
    person decided, whose private row was erased, whose rules are not kept as they were, or which is
    `unreadable`: somebody wrote over it.
    """

    on_record: int = 0
    same: int = 0
    different: int = 0
    by_persons: int = 0
    erased: int = 0
    without_rules: int = 0
    unreadable: int = 0
    differences: list[Difference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def note(self, found: Sequence[Difference]) -> None:
        """Count a decision that was made again."""
        self.different += bool(found)
        self.same += not found
        self.differences += found[: _MOST_TOLD - len(self.differences)]

    def note_unreadable(self, row: Row, why: str) -> None:
        """Count a decision that cannot be read."""
        self.unreadable += 1
        if self.unreadable <= _MOST_TOLD:
            self.findings.append(of_decision(row, f"cannot be decided again: {why}").printable())

    @property
    def sound(self) -> bool:
        """Return whether nothing came out otherwise, and nothing that should could not."""
        return not (self.different or self.without_rules or self.unreadable)


def replay(store: Store, choose: Choose, wanted: Wanted) -> Replayed:
    """Decide again, the latest first; store nothing.

    Raises RulebookError when this version of the library cannot read rules that decided.
    """
    done = Replayed()
    with store.reading() as connection:
        as_it_lies(connection)
        again = Again(KeptRulebooks(connection), choose)
        with closing(streamed(connection, _query(wanted))) as rows:
            for row in rows:
                _replay(row, again, done)
    return done


def _replay(row: Row, again: Again, done: Replayed) -> None:
    if row.kind == ERASURE:
        return
    done.on_record += 1
    if row.kind == "person":
        done.by_persons += 1
    elif row.recorded is None:
        done.erased += 1
    else:
        try:
            _decide(read_kept(row), again, done)
        except (Unreadable, ParameterTooEarly) as error:
            done.note_unreadable(row, error.what)


def _decide(kept: Kept, again: Again, done: Replayed) -> None:
    if again.rules_of(kept) is None:
        done.without_rules += 1
    else:
        done.note(again.differences(kept))


def _query(wanted: Wanted) -> Select[Any]:
    beside = decision_private.c.decision_id == decision.c.id
    stands = (standing.c.partner_id == decision.c.partner_id) & (
        standing.c.decision_id == decision.c.id
    )
    query = select(*_COLUMNS).outerjoin_from(decision, decision_private, beside)
    query = query.outerjoin(standing, stands)
    if wanted.partner is not None:
        query = query.where(decision.c.partner_id == wanted.partner)
    if wanted.since is not None:
        begin = datetime.combine(wanted.since, datetime.min.time(), tzinfo=UTC)
        query = query.where(decision.c.decided_at >= begin)
    return query.order_by(decision.c.id.desc()).limit(wanted.limit)
