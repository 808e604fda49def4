"""What a decision is: where a partner stands, every rule that spoke, and why, and why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lifecycle.conditions import Value

__all__ = ["Decision", "Firing", "Move", "Reason", "Seen", "WhyNot"]


@dataclass(frozen=True)
class Seen:
    """One condition of a rule: what it is about, what was seen there, what it needs."""

    about: str
    seen: str
    needed: str
    holds: bool
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Reason:
    """A rule that spoke: the sentence for staff, the clauses behind it, and what it saw."""

    rule_id: str
    because: str
    cite: tuple[str, ...]
    conditions: tuple[Seen, ...]


@dataclass(frozen=True)
class Firing:
    """A rule that holds for a subject (the partner, or a row, by id) at an anchor.

    `facts` are those the rule saw: the partner's, and the row's when it looks at rows.
    """

    rule_id: str
    subject: str
    anchor: str
    facts: Mapping[str, Value] = field(compare=False, repr=False)


@dataclass(frozen=True)
class Move:
    """A change of stage, by a rule or by a person."""

    stage_from: str
    stage_to: str
    rule_id: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class WhyNot:
    """A rule that would move the partner on, and the conditions that do not hold yet.

    `stage_to` is `resumed` for a rule that would end a suspension.
    """

    rule_id: str
    stage_to: str
    missing: tuple[Seen, ...]


@dataclass(frozen=True)
class Decision:
    """Where a partner stands on a day, and everything that led there.

    `moves` stand in their order. `firings` are the rules that moved it and those that hold where it
    came to rest; a rule whose anchor is missing has a reason but no firing. `suppressed_by` names
    the rules that withhold its drafts. `why_not` begins with the way on that lacks least.
    `withheld` is the rule that would move the partner from a stage that a person set.
    """

    partner_id: str
    day: date
    stage: str
    since: date
    visit: int
    suspended: bool
    moves: tuple[Move, ...]
    firings: tuple[Firing, ...]
    reasons: Mapping[str, Reason]
    suppressed_by: tuple[str, ...]
    why_not: tuple[WhyNot, ...]
    withheld: str | None
    facts: Mapping[str, Value] = field(repr=False)
