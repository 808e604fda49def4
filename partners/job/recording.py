"""Store what was decided: decision, standing, episodes, drafts and outbox in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, delete, insert

from crm_sync.outbox import Write
from lifecycle.conditions import fact_names
from lifecycle.deciding import Decision, Episode, Move, Summary
from lifecycle.rulebook import Rulebook
from partners.job.letters import Letter
from partners.job.texts import facts_text, fired_text, why_not_text, why_text
from partners.store import JsonText, draft, insert_rows, next_numbers, outbox, standing
from partners.store import decision as decision_table
from partners.store import episode as episode_table

__all__ = ["Outcome", "Recorder"]


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
        numbers = next_numbers(connection, decision_table, len(rows))
        numbered = ((number, *row) for number, row in zip(numbers, rows, strict=True))
        insert_rows(connection, decision_table, ("id", *_DECISION), numbered)
        return [numbers[end] for end in ends]

    def _rows(self, outcome: Outcome) -> list[tuple[Any, ...]]:
        decision = outcome.decision
        by_person = [move for move in decision.moves if move.rule_id is None]
        by_rules = [move for move in decision.moves if move.rule_id is not None]
        before = by_rules[0].stage_from if by_rules else decision.stage
        told = (
            "rules",
            self.by,
            before,
            decision.stage,
            fired_text(decision.firings),
            why_text(decision.reasons.values()),
            why_not_text(decision.why_not),
            facts_text(decision.facts, self._read),
            outcome.outcome_hash,
        )
        persons = [self._row(decision, _by_person(move)) for move in by_person]
        return [*persons, self._row(decision, told)]

    def _row(self, decision: Decision, told: tuple[Any, ...]) -> tuple[Any, ...]:
        return (
            self.run_id,
            decision.partner_id,
            self.now,
            decision.suspended,
            self.rulebook.digest,
            self.engine,
            *told,
        )

    def standings(
        self, connection: Connection, outcomes: Sequence[Outcome], numbers: Sequence[int]
    ) -> None:
        """Replace the standing of each partner."""
        ids = [outcome.decision.partner_id for outcome in outcomes]
        connection.execute(delete(standing).where(standing.c.partner_id.in_(ids)))
        rows = map(self._standing, outcomes, numbers)
        insert_rows(connection, standing, _STANDING, rows)

    def _standing(self, outcome: Outcome, number: int) -> tuple[Any, ...]:
        decision, summary = outcome.decision, outcome.summary
        return (
            decision.partner_id,
            decision.stage,
            decision.since,
            decision.visit,
            decision.suspended,
            summary.suspended_because or None,
            outcome.held,
            summary.reason or None,
            summary.next_step or None,
            "\n".join(filter(None, [*summary.flags, summary.missing])) or None,
            outcome.outcome_hash,
            decision.facts.get("partner.crm_stage"),
            number,
            self.now,
        )

    def episodes(
        self, connection: Connection, outcomes: Sequence[Outcome], numbers: Sequence[int]
    ) -> None:
        """Append the episodes that began: their keys will never act again."""
        rows = (
            (
                episode.firing.rule_id,
                outcome.decision.partner_id,
                episode.firing.subject,
                episode.firing.anchor,
                episode.n,
                number,
                self.now,
            )
            for outcome, number in zip(outcomes, numbers, strict=True)
            for episode in outcome.episodes
        )
        insert_rows(connection, episode_table, _EPISODE, rows)

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
            (
                write.key,
                partner,
                write.object,
                write.operation,
                write.record_id,
                write.external_id_field,
                write.fields,
                "pending",
                self.now,
                number,
            )
            for partner, number, write in writes
        ]
        told = {record for _, _, _, operation, record, *_ in rows if operation == "update"}
        partners = {partner for _, partner, _, operation, *_ in rows if operation == "update"}
        # The sum keeps SQLite from going through all that is pending instead of these partners.
        waiting = (outbox.c.state + "" != "delivered") & (outbox.c.operation == "update")
        here = outbox.c.partner_id.in_(partners) & outbox.c.record_id.in_(told)
        connection.execute(delete(outbox).where(waiting, here))
        insert_rows(connection, outbox, _OUTBOX, rows)


_DECISION = (
    "run_id",
    "partner_id",
    "decided_at",
    "suspended",
    "rulebook_hash",
    "engine",
    "kind",
    "by",
    "stage_from",
    "stage_to",
    "fired",
    "why",
    "why_not",
    "facts",
    "outcome_hash",
)
_STANDING = (
    "partner_id",
    "stage",
    "since",
    "visit",
    "suspended",
    "suspended_why",
    "held",
    "reason",
    "next_step",
    "missing",
    "outcome_hash",
    "crm_stage_seen",
    "decision_id",
    "updated_at",
)
_EPISODE = ("rule_id", "partner_id", "subject", "anchor", "n", "decision_id", "at")
_OUTBOX = (
    "key",
    "partner_id",
    "object",
    "operation",
    "record_id",
    "external_id_field",
    "fields",
    "state",
    "created_at",
    "decision_id",
)


def _by_person(move: Move) -> tuple[Any, ...]:
    none = JsonText("[]")
    return (
        "person",
        move.by,
        move.stage_from,
        move.stage_to,
        none,
        none,
        none,
        JsonText("{}"),
        None,
    )
