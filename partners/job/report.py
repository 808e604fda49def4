"""What a run did, as data: printed as tables for people and as JSON for programs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crm_sync.mirror import SyncReport
from lifecycle.rulebook import Rulebook
from partners.job.deciding import Decided
from partners.job.delivering import Delivered
from partners.job.floods import Flood
from partners.job.recording import Outcome

__all__ = ["Blocked", "DecidedReport", "DraftCount", "MoveCount", "RunReport"]


@dataclass(frozen=True)
class MoveCount:
    """How many partners one rule moved, and along which edge."""

    rule: str
    stage_from: str
    stage_to: str
    partners: int
    because: str
    cite: Sequence[str]


@dataclass(frozen=True)
class Blocked:
    """Why partners are held back: suspended, or with something a person must look at."""

    why: str
    partners: int
    example: str


@dataclass(frozen=True)
class DraftCount:
    """Letters of one purpose by language, and what became of them."""

    purpose: str
    language: str
    drafted: int
    suppressed: int
    refused: int


@dataclass(frozen=True)
class DecidedReport:
    """What the deciding part of a run did; `changed` are the ids of partners decided anew."""

    engine: str
    rulebook: str
    partners: int
    changed: Sequence[str]
    moves: Sequence[MoveCount]
    blocked: Sequence[Blocked]
    drafts: Sequence[DraftCount]
    tasks: int
    stopped: Sequence[Flood]

    @classmethod
    def of(cls, rulebook: Rulebook, engine: str, decided: Decided) -> "DecidedReport":
        """Sum up the outcomes of a run."""
        outcomes = decided.outcomes
        episodes = [episode for outcome in outcomes for episode in outcome.episodes]
        rules = [rulebook.by_id[episode.firing.rule_id] for episode in episodes]
        return cls(
            engine=engine,
            rulebook=rulebook.digest,
            partners=decided.partners,
            changed=[outcome.decision.partner_id for outcome in outcomes],
            moves=_moves(outcomes, rulebook),
            blocked=_blocked(outcomes),
            drafts=_drafts(outcomes),
            tasks=sum(rule.then.task is not None for rule in rules),
            stopped=decided.stopped,
        )


@dataclass(frozen=True)
class RunReport:
    """One run from the CRM and back."""

    mirrored: Mapping[str, Mapping[str, int]]
    warnings: Sequence[str]
    decided: DecidedReport
    written: Mapping[str, int]
    waiting: int
    set_aside: Sequence[Mapping[str, str]]
    conflicts: Sequence[Mapping[str, str | None]]

    @classmethod
    def of(cls, mirrored: SyncReport, decided: DecidedReport, delivered: Delivered) -> "RunReport":
        """Sum up what each step of a run returned."""
        return cls(
            mirrored={name: asdict(each) for name, each in mirrored.objects.items()},
            warnings=mirrored.warnings,
            decided=decided,
            written=delivered.written,
            waiting=delivered.waiting,
            set_aside=delivered.set_aside,
            conflicts=delivered.conflicts,
        )

    @property
    def needs_a_person(self) -> bool:
        """Return whether something in it must be seen by a person."""
        refused = any(draft.refused for draft in self.decided.drafts)
        unwritten = (self.set_aside, self.waiting, self.conflicts)
        return any((self.warnings, *unwritten, self.decided.stopped, refused))

    def as_data(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return asdict(self)


def _moves(outcomes: Sequence[Outcome], rulebook: Rulebook) -> list[MoveCount]:
    counted = Counter(
        (move.rule_id or f"by {move.by}", move.stage_from, move.stage_to)
        for outcome in outcomes
        for move in outcome.decision.moves
    )
    found = []
    for (rule_id, stage_from, stage_to), partners in counted.items():
        rule = rulebook.by_id.get(rule_id)
        because = rule.because if rule else "Set by hand in the CRM."
        cite = rule.cite if rule else ()
        found.append(MoveCount(rule_id, stage_from, stage_to, partners, because, cite))
    return sorted(found, key=lambda move: (-move.partners, move.rule))


def _blocked(outcomes: Sequence[Outcome]) -> list[Blocked]:
    examples: dict[str, list[str]] = {}
    for outcome in outcomes:
        held = [outcome.summary.suspended_because] if outcome.summary.suspended_because else []
        for why in [*held, *outcome.summary.flags]:
            name = str(outcome.decision.facts.get("partner.name") or outcome.decision.partner_id)
            examples.setdefault(why, []).append(name)
    found = [Blocked(why, len(names), names[0]) for why, names in examples.items()]
    return sorted(found, key=lambda each: (-each.partners, each.why))


def _drafts(outcomes: Sequence[Outcome]) -> list[DraftCount]:
    counted = Counter(
        (letter.purpose, letter.language, letter.status)
        for outcome in outcomes
        for letter in outcome.letters
    )
    kinds = sorted({(purpose, language) for purpose, language, _ in counted})
    return [
        DraftCount(
            purpose,
            language,
            counted[purpose, language, "drafted"],
            counted[purpose, language, "suppressed"],
            counted[purpose, language, "refused"],
        )
        for purpose, language in kinds
    ]
