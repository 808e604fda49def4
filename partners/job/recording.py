"""Store what was decided: decision, standing, episodes, drafts and outbox in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, delete, insert

from crm_sync.outbox import Write
from lifecycle.conditions import Value, fact_names
from lifecycle.deciding import Decision, Episode, Move, Seen, Summary
from lifecycle.rulebook import Rulebook
from partners.job.letters import Letter
from partners.store import decision as decision_table
from partners.store import draft, outbox, standing
from partners.store import episode as episode_table

__all__ = ["Outcome", "Recorder"]

_PRIVATE = ("contact.name", "contact.last_name", "contact.email", "partner.name")
_KNOWN = "known"


@dataclass(frozen=True)
class Outcome:
    """One partner's decision and all that follows from it."""

    decision: Decision
    summary: Summary
    outcome_hash: str
    episodes: Sequence[Episode]
    letters: Sequence[Letter]
    held: bool = False
    """Whether rules leave the stage alone, as a person set it, until something new is known."""


@dataclass(frozen=True)
class Recorder:
    """Stores outcomes of one run, in the caller's transaction."""

    rulebook: Rulebook
    run_id: int
    engine: str
    now: datetime
    by: str = "rules"

    @cached_property
    def _read(self) -> list[str]:
        return sorted({name for rule in self.rulebook.rules for name in fact_names(rule.when)})

    def decisions(self, connection: Connection, outcomes: Sequence[Outcome]) -> list[int]:
        """Append the decisions, a person's before the rules'; return each outcome's number."""
        rows, ends = [], []
        for outcome in outcomes:
            rows += self._rows(outcome)
            ends.append(len(rows) - 1)
        statement = insert(decision_table).returning(
            decision_table.c.id, sort_by_parameter_order=True
        )
        numbers = list(connection.execute(statement, rows).scalars())
        return [numbers[end] for end in ends]

    def _rows(self, outcome: Outcome) -> list[dict[str, Any]]:
        decision = outcome.decision
        by_person = [move for move in decision.moves if move.rule_id is None]
        by_rules = [move for move in decision.moves if move.rule_id is not None]
        before = (by_rules or by_person)[0].stage_from if decision.moves else decision.stage
        told = {
            "stage_from": before,
            "stage_to": decision.stage,
            "kind": "rules",
            "by": self.by,
            "fired": [
                {"rule": each.rule_id, "subject": each.subject, "anchor": each.anchor}
                for each in decision.firings
            ],
            "why": [
                {**asdict(reason), "conditions": _told(reason.conditions)}
                for reason in decision.reasons.values()
            ],
            "why_not": [{**asdict(why), "missing": _told(why.missing)} for why in decision.why_not],
            "facts": self._facts(decision.facts),
            "outcome_hash": outcome.outcome_hash,
        }
        if by_person and not by_rules:
            told["stage_from"] = decision.stage
        persons = [self._row(decision, _by_person(move)) for move in by_person]
        return [*persons, self._row(decision, told)]

    def _row(self, decision: Decision, told: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "run_id": self.run_id,
            "partner_id": decision.partner_id,
            "decided_at": self.now,
            "suspended": decision.suspended,
            "rulebook_hash": self.rulebook.digest,
            "engine": self.engine,
            **told,
        }

    def _facts(self, facts: Mapping[str, Value]) -> dict[str, Value]:
        """Return the facts that rules read. Of what names a person, only that it is known."""
        kept = {name: facts[name] for name in self._read if facts.get(name) is not None}
        return {name: _KNOWN if name in _PRIVATE else value for name, value in kept.items()}

    def standings(
        self, connection: Connection, outcomes: Sequence[Outcome], numbers: Sequence[int]
    ) -> None:
        """Replace the standing of each partner."""
        ids = [outcome.decision.partner_id for outcome in outcomes]
        connection.execute(delete(standing).where(standing.c.partner_id.in_(ids)))
        rows = [
            self._standing(outcome, number)
            for outcome, number in zip(outcomes, numbers, strict=True)
        ]
        connection.execute(insert(standing), rows)

    def _standing(self, outcome: Outcome, number: int) -> dict[str, Any]:
        decision, summary = outcome.decision, outcome.summary
        return {
            "partner_id": decision.partner_id,
            "stage": decision.stage,
            "since": decision.since,
            "visit": decision.visit,
            "suspended": decision.suspended,
            "suspended_why": summary.suspended_because or None,
            "held": outcome.held,
            "reason": summary.reason or None,
            "next_step": summary.next_step or None,
            "missing": "\n".join(filter(None, [*summary.flags, summary.missing])) or None,
            "outcome_hash": outcome.outcome_hash,
            "crm_stage_seen": decision.facts.get("partner.crm_stage"),
            "decision_id": number,
            "updated_at": self.now,
        }

    def episodes(
        self, connection: Connection, outcomes: Sequence[Outcome], numbers: Sequence[int]
    ) -> None:
        """Append the episodes that began: their keys will never act again."""
        rows = [
            {
                "rule_id": episode.firing.rule_id,
                "partner_id": outcome.decision.partner_id,
                "subject": episode.firing.subject,
                "anchor": episode.firing.anchor,
                "n": episode.n,
                "decision_id": number,
                "at": self.now,
            }
            for outcome, number in zip(outcomes, numbers, strict=True)
            for episode in outcome.episodes
        ]
        if rows:
            connection.execute(insert(episode_table), rows)

    def drafts(
        self, connection: Connection, outcomes: Sequence[Outcome], numbers: Sequence[int]
    ) -> None:
        """Store the letters that were drawn up, withheld or refused."""
        rows = [
            {
                **asdict(letter),
                "decision_id": number,
                "created_at": self.now,
                "changed_at": self.now,
            }
            for outcome, number in zip(outcomes, numbers, strict=True)
            for letter in outcome.letters
        ]
        if rows:
            connection.execute(insert(draft), rows)

    def outbox(
        self, connection: Connection, writes: Iterable[tuple[str, int | None, Write]]
    ) -> None:
        """Queue writes to the CRM (partner, decision, write).

        An update of the same record that has not arrived is replaced: only the latest is worth
        sending.
        """
        rows = [
            {
                **asdict(write),
                "partner_id": partner,
                "state": "pending",
                "created_at": self.now,
                "decision_id": number,
            }
            for partner, number, write in writes
        ]
        told = [row["record_id"] for row in rows if row["operation"] == "update"]
        waiting = (outbox.c.state != "delivered") & (outbox.c.operation == "update")
        connection.execute(delete(outbox).where(waiting, outbox.c.record_id.in_(told)))
        if rows:
            connection.execute(insert(outbox), rows)


def _told(conditions: Iterable[Seen]) -> list[dict[str, Any]]:
    """Return conditions as data. Of what names a person, only whether it is known."""
    return [_masked(asdict(seen)) for seen in conditions]


def _masked(seen: dict[str, Any]) -> dict[str, Any]:
    values = seen["values"]
    private = [name for name in _PRIVATE if values.get(name) is not None]
    if not private:
        return seen
    kept = {name: _KNOWN if name in private else value for name, value in values.items()}
    return {**seen, "seen": _KNOWN, "values": kept}


def _by_person(move: Move) -> dict[str, Any]:
    return {
        "stage_from": move.stage_from,
        "stage_to": move.stage_to,
        "kind": "person",
        "by": move.by,
        "fired": [],
        "why": [],
        "why_not": [],
        "facts": {},
        "outcome_hash": None,
    }
