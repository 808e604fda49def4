"""Store what was decided: decision, standing, episodes, drafts and outbox in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, delete, insert

from crm_sync.mirror import last_read
from lifecycle.deciding import Case, Decision, Episode, Move, Summary
from lifecycle.rulebook import Rulebook
from partners.job.letters import Letter
from partners.job.queueing import Queued, queue
from partners.job.tasks import new_task
from partners.job.texts import keep_texts
from partners.ledger import A_PERSON, Clerk, Entry, Key, append, record_person, staff_texts
from partners.store import JsonText, draft, insert_rows, standing, task
from partners.store import episode as episode_table

__all__ = ["Outcome", "Recorder"]


@dataclass(frozen=True)
class Outcome:
    """One partner's decision, the case it was made from, and all that follows from it."""

    case: Case
    decision: Decision
    summary: Summary
    outcome_hash: str
    episodes: Sequence[Episode]
    letters: Sequence[Letter]
    overrides: Sequence[Mapping[str, Any]] = ()
    """The rules set aside for the partner: which, by whom, in what role, why, until when."""
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
    left_out: Sequence[str] = ()
    """Rules that were stopped and decided nothing in this run."""
    key: Key = None
    """The key of the ledger, where one is set."""

    @cached_property
    def _clerk(self) -> Clerk:
        return Clerk(self.rulebook, self.left_out)

    def decisions(self, connection: Connection, outcomes: Sequence[Outcome]) -> list[int]:
        """Append the decisions, a person's before the rules'; return each outcome's number."""
        entries: list[Entry] = []
        ends = []
        for outcome in outcomes:
            entries += self._entries(outcome)
            ends.append(len(entries) - 1)
        numbers = append(connection, entries, self.key)
        return [numbers[end] for end in ends]

    def _entries(self, outcome: Outcome) -> list[Entry]:
        decision = outcome.decision
        told = self._clerk.public(outcome.case, decision, outcome.episodes)
        by_person = [move for move in decision.moves if move.rule_id is None]
        by_rules = Entry(
            self.run_id,
            decision.partner_id,
            self.now,
            told.suspended,
            self.rulebook.digest,
            self.engine,
            "rules",
            self.by,
            told.stage_from,
            told.stage_to,
            told.fired,
            told.why,
            told.why_not,
            told.facts,
            outcome.outcome_hash,
            self._clerk.private(outcome.case, outcome.overrides),
        )
        return [*(_by_person(by_rules, move) for move in by_person), by_rules]

    def standings(
        self, connection: Connection, outcomes: Sequence[Outcome], numbers: Sequence[int]
    ) -> None:
        """Replace the standing of each partner."""
        ids = [outcome.decision.partner_id for outcome in outcomes]
        connection.execute(delete(standing).where(standing.c.partner_id.in_(ids)))
        rows = map(self._standing, outcomes, numbers)
        insert_rows(connection, standing, _STANDING, rows)

    def _standing(self, outcome: Outcome, number: int) -> tuple[Any, ...]:
        decision, texts = outcome.decision, staff_texts(outcome.summary)
        return (
            decision.partner_id,
            decision.stage,
            decision.since,
            decision.visit,
            decision.suspended,
            texts.get("suspended_why"),
            outcome.held,
            decision.facts["set_from"],
            texts.get("reason"),
            texts.get("next_step"),
            texts.get("missing"),
            outcome.outcome_hash,
            decision.facts.get("partner.crm_stage"),
            outcome.summary.review_on,
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
        read_at = last_read(connection)
        keep_texts(connection, (letter for outcome in outcomes for letter in outcome.letters))
        rows = [
            {
                **letter.row,
                "read_at": read_at,
                "decision_id": number,
                "created_at": self.now,
                "changed_at": self.now,
            }
            for outcome, number in zip(outcomes, numbers, strict=True)
            for letter in outcome.letters
        ]
        if rows:
            connection.execute(insert(draft), rows)

    def tasks(
        self, connection: Connection, outcomes: Sequence[Outcome], numbers: Sequence[int]
    ) -> None:
        """Store which tasks the episodes that began ask for."""
        by_id = self.rulebook.by_id
        rows = [
            new_task(outcome.decision.partner_id, episode, number, self.now)
            for outcome, number in zip(outcomes, numbers, strict=True)
            for episode in outcome.episodes
            if by_id[episode.firing.rule_id].then.task
        ]
        if rows:
            connection.execute(insert(task), rows)

    def outbox(self, connection: Connection, writes: Iterable[Queued]) -> None:
        """Queue writes to the CRM."""
        queue(connection, writes, self.now)


_STANDING = (
    "partner_id",
    "stage",
    "since",
    "visit",
    "suspended",
    "suspended_why",
    "held",
    "set_from",
    "reason",
    "next_step",
    "missing",
    "outcome_hash",
    "crm_stage_seen",
    "review_on",
    "decision_id",
    "updated_at",
)
_EPISODE = ("rule_id", "partner_id", "subject", "anchor", "n", "decision_id", "at")


def _by_person(entry: Entry, move: Move) -> Entry:
    """Return a person's decision, which comes before that of the rules."""
    none = JsonText("[]")
    return entry._replace(
        kind="person",
        by=A_PERSON,
        stage_from=move.stage_from,
        stage_to=move.stage_to,
        fired=none,
        why=none,
        why_not=none,
        facts=JsonText("{}"),
        outcome_hash=None,
        recorded=record_person(move),
    )
