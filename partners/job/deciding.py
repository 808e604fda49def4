"""Decide everybody, and store what changed with all that follows from it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import structlog
from sqlalchemy import Connection, select

from crm_sync.outbox import Write
from crm_sync.profiles import Appears
from lifecycle.deciding import (
    Case,
    Decider,
    Decision,
    Engine,
    NativeEngine,
    Past,
    Sweep,
    cases,
    new_episodes,
    summarise,
)
from lifecycle.rulebook import OVERRIDDEN, Rulebook
from partners.errors import EnginesDisagree
from partners.job.chunks import in_chunks
from partners.job.collecting import collector_paused
from partners.job.copies import Copies
from partners.job.engines import choose_engine
from partners.job.episodes import read_past
from partners.job.floods import floods
from partners.job.letters import Letters
from partners.job.looking import Look, Population
from partners.job.outdated import outdated
from partners.job.overrides import in_force
from partners.job.recording import Outcome, Recorder
from partners.job.reviewing import review
from partners.job.tally import Tally
from partners.job.tasks import Tasks
from partners.job.upkeep import Upkeep
from partners.job.writeback import standing_of, task_of
from partners.store import Store, standing

__all__ = ["DecideAll", "Progress"]

Progress = Callable[[int, int], None]
_AT_ONCE = 2_000
"""Partners per transaction."""
_LIVE = 5_000
"""Changed partners of one slice up to which the live engine decides."""
_log = structlog.get_logger()


@dataclass(frozen=True)
class DecideAll:
    """Decides everybody by one rulebook, and stores what changed, some partners at a time.

    A rule that would act more often than its `max_actions` is left out of this run, unless its id
    is among `allowed`.
    """

    store: Store
    letters: Letters
    engine: Engine
    recorder: Recorder
    allowed: Collection[str] = ()
    appears: Appears = field(default_factory=Appears)

    def __call__(self, progress: Progress) -> Tally:
        """Decide and store. What a killed run leaves undone, the next one does."""
        rulebook, day = self.letters.rulebook, self.recorder.now.date()
        everybody = Population.read(self.store, rulebook, day)
        stopped = floods(self.store, everybody, rulebook, self.engine, self.allowed)
        rulebook = rulebook.without([flood.rule for flood in stopped])
        recorder = replace(self.recorder, left_out=[flood.rule for flood in stopped])
        deciding = replace(self, recorder=recorder)
        if stopped:
            # An engine answers for the rules it was made of.
            deciding = replace(
                deciding, engine=choose_engine(self.engine.name, rulebook, rulebook.on(day))
            )
        live = Decider(rulebook, day, deciding.engine)
        natively, native = deciding._natively(rulebook, day)
        tally = Tally(self.letters.rulebook, stopped=stopped)
        upkeep = Upkeep(self.letters, self.recorder.now, [flood.rule for flood in stopped])
        for seen in everybody.looks(rulebook):
            rests = _rests(seen.sweep)
            many = len(rests) > _LIVE
            who, decider = (natively, native) if many else (deciding, live)
            with collector_paused():
                for some in in_chunks(cases(seen.sweep, seen.acted), _AT_ONCE):
                    decided = [(case, _checked(decider.decide(case), rests)) for case in some]
                    tally.add(who._store(decided, rests, upkeep))
            found = deciding._outdated(seen, rests)
            deciding._look_again(seen, found, native if len(found) > _LIVE else live, upkeep)
            review(self.store, recorder, seen, self.appears)
            tally.partners += seen.sweep.outcome.height
            progress(tally.partners, everybody.size)
        _log.info("job.decided", partners=tally.partners, changed=len(tally.changed))
        return tally

    def _natively(self, rulebook: Rulebook, day: date) -> tuple["DecideAll", Decider]:
        """Return who decides and records when very many changed: the live engine is made for few.

        What it says is checked against the sweep like the live engine's.
        """
        engine = NativeEngine(rulebook.rules, rulebook.on(day))
        recorder = replace(self.recorder, engine=engine.name)
        who = replace(self, engine=engine, recorder=recorder)
        return who, Decider(rulebook, day, engine)

    def _outdated(self, seen: Look, rests: "Rests") -> Collection[str]:
        with self.store.reading() as connection:
            return outdated(connection, self.letters, seen.sweep, rests)

    def _look_again(
        self, seen: Look, found: Collection[str], decider: Decider, upkeep: Upkeep
    ) -> None:
        """Look after letters where the record has changed and nothing was decided anew."""
        for some in in_chunks(cases(seen.sweep, seen.acted, only=found), _AT_ONCE):
            decisions = [decider.decide(case) for case in some]
            ids = [decision.partner_id for decision in decisions]
            with self.store.transaction() as connection:
                waiting = upkeep.waiting(connection, ids)
                writes = [
                    (decision.partner_id, None, write)
                    for decision in decisions
                    for write in upkeep.look_after(
                        connection, decision, waiting.get(decision.partner_id, ())
                    )
                ]
                self.recorder.outbox(connection, writes)

    def _store(
        self, decided: Sequence[tuple[Case, Decision]], rests: "Rests", upkeep: Upkeep
    ) -> list[Outcome]:
        decisions = [decision for _, decision in decided]
        ids = [decision.partner_id for decision in decisions]
        with self.store.transaction() as connection:
            past = read_past(connection, decisions, self.letters.rulebook.renamed)
            reasons = _reasons(connection, decisions)
            aside = in_force(connection, _lenient(decisions), self.recorder.now.date())
            outcomes = [
                replace(
                    self._outcome(case, decision, rests[decision.partner_id][2], past, reasons),
                    overrides=aside.get(decision.partner_id, ()),
                )
                for case, decision in decided
            ]
            numbers = self.recorder.decisions(connection, outcomes)
            self.recorder.standings(connection, outcomes, numbers)
            self.recorder.episodes(connection, outcomes, numbers)
            waiting = upkeep.waiting(connection, ids)
            tasks = Tasks(self.letters.rulebook, upkeep.now, upkeep.stopped)
            asked = tasks.asked(connection, ids)
            self.recorder.drafts(connection, outcomes, numbers)
            self.recorder.tasks(connection, outcomes, numbers)
            kept = [
                (partner, number, write)
                for decision, number in zip(decisions, numbers, strict=True)
                for partner in [decision.partner_id]
                for write in [
                    *upkeep.look_after(connection, decision, waiting.get(partner, ())),
                    *tasks.look_after(connection, decision, asked.get(partner, ())),
                ]
            ]
            self.recorder.outbox(connection, [*self._writes(outcomes, numbers), *kept])
        return outcomes

    def _outcome(
        self,
        case: Case,
        decision: Decision,
        outcome_hash: str,
        past: Past,
        reasons: Mapping[str, str],
    ) -> Outcome:
        rulebook = self.letters.rulebook
        summary = summarise(decision, rulebook)
        episodes = new_episodes(decision, past)
        letters = [self.letters.write(decision, episode) for episode in episodes]
        return Outcome(
            case=case,
            decision=decision,
            summary=replace(summary, reason=summary.reason or reasons.get(decision.partner_id, "")),
            outcome_hash=outcome_hash,
            episodes=episodes,
            letters=[letter for letter in letters if letter is not None],
            held=case.still,
        )

    def _writes(
        self, outcomes: Sequence[Outcome], numbers: Sequence[int]
    ) -> Iterator[tuple[str, int, Write]]:
        for outcome, number in zip(outcomes, numbers, strict=True):
            for write in self._writes_of(outcome, number):
                yield outcome.decision.partner_id, number, write

    def _writes_of(self, outcome: Outcome, number: int) -> Iterator[Write]:
        decision, by_id = outcome.decision, self.letters.rulebook.by_id
        yield standing_of(decision, outcome.summary, number, self.appears.partner)
        for episode in outcome.episodes if self.appears.tasks else ():
            task = task_of(decision, episode, by_id[episode.firing.rule_id])
            if task is not None:
                yield task
        copies = Copies.of(self.letters)
        for letter in outcome.letters:
            yield from copies.new(letter)


def _lenient(decisions: Sequence[Decision]) -> list[str]:
    """Return the partners for whom some rule is set aside."""
    return [decision.partner_id for decision in decisions if decision.facts[OVERRIDDEN]]


Rests = Mapping[str, tuple[str, bool, str]]
"""Where the sweep says that changed partners rest: stage, suspended, hash of the outcome."""


def _rests(seen: Sweep) -> Rests:
    changed = seen.outcome.filter("changed")
    columns = changed.select("partner.id", "stage", "suspended", "outcome_hash")
    return {partner: (stage, held, digest) for partner, stage, held, digest in columns.iter_rows()}


def _checked(decision: Decision, rests: Rests) -> Decision:
    """Refuse to store what the sweep and the live engine do not agree on."""
    stage, suspended, _ = rests[decision.partner_id]
    if (decision.stage, decision.suspended) != (stage, suspended):
        raise EnginesDisagree(
            f"The engines disagree: {decision.stage} by one, {stage} by the sweep.",
            where=f"partner {decision.partner_id}",
            remedy="this is a defect of the library; nothing of this batch was stored",
        )
    return decision


def _reasons(connection: Connection, decisions: Sequence[Decision]) -> dict[str, str]:
    """Return why partners stood where they did: it goes on being the reason until they move."""
    ids = [decision.partner_id for decision in decisions]
    query = select(standing.c.partner_id, standing.c.reason).where(standing.c.partner_id.in_(ids))
    return {row.partner_id: row.reason for row in connection.execute(query) if row.reason}
