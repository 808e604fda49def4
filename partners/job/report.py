"""What a run did, as data: printed as tables for people and as JSON for programs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crm_sync.mirror import SyncReport
from partners.job.delivering import Delivered
from partners.job.floods import Flood
from partners.job.tally import Tally

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
    """What the deciding part of a run did; `changed` are the ids of partners decided anew.

    `root` seals the ledger as it stood when the run ended.
    """

    engine: str
    rulebook: str
    plugins: Sequence[str]
    partners: int
    changed: Sequence[str]
    moves: Sequence[MoveCount]
    blocked: Sequence[Blocked]
    drafts: Sequence[DraftCount]
    tasks: int
    stopped: Sequence[Flood]
    root: str | None

    @classmethod
    def of(cls, engine: str, tally: Tally, root: str | None) -> "DecidedReport":
        """Sum up what was counted in a run."""
        return cls(
            engine=engine,
            rulebook=tally.rulebook.digest,
            plugins=[str(plugin) for plugin in tally.rulebook.plugins],
            partners=tally.partners,
            changed=tally.changed,
            moves=_moves(tally),
            blocked=_blocked(tally),
            drafts=_drafts(tally.letters),
            tasks=tally.tasks,
            stopped=tally.stopped,
            root=root,
        )


@dataclass(frozen=True)
class RunReport:
    """One run from the CRM and back."""

    mirrored: Mapping[str, Mapping[str, int]]
    warnings: Sequence[str]
    decided: DecidedReport
    written: Mapping[str, int]
    waiting: int
    closed: int
    set_aside: Sequence[Mapping[str, Any]]
    conflicts: Sequence[Mapping[str, Any]]
    stopped: str | None

    @classmethod
    def of(cls, mirrored: SyncReport, decided: DecidedReport, delivered: Delivered) -> "RunReport":
        """Sum up what each step of a run returned."""
        return cls(
            mirrored={name: asdict(each) for name, each in mirrored.objects.items()},
            warnings=mirrored.warnings,
            decided=decided,
            written=delivered.written,
            waiting=delivered.waiting,
            closed=delivered.closed,
            set_aside=delivered.set_aside,
            conflicts=delivered.conflicts,
            stopped=delivered.stopped,
        )

    @property
    def needs_a_person(self) -> bool:
        """Return whether something in it must be seen by a person."""
        refused = any(draft.refused for draft in self.decided.drafts)
        unwritten = (self.set_aside, self.waiting, self.conflicts, self.stopped)
        return any((self.warnings, *unwritten, self.decided.stopped, refused))

    def as_data(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return asdict(self)


def _moves(tally: Tally) -> list[MoveCount]:
    found = []
    for (rule_id, stage_from, stage_to), partners in tally.moves.items():
        rule = tally.rulebook.by_id.get(rule_id)
        because = rule.because if rule else "Set by hand in the CRM."
        cite = rule.cite if rule else ()
        found.append(MoveCount(rule_id, stage_from, stage_to, partners, because, cite))
    return sorted(found, key=lambda move: (-move.partners, move.rule))


def _blocked(tally: Tally) -> list[Blocked]:
    found = [Blocked(why, many, tally.examples[why]) for why, many in tally.blocked.items()]
    return sorted(found, key=lambda each: (-each.partners, each.why))


def _drafts(counted: Counter[tuple[str, str, str]]) -> list[DraftCount]:
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
