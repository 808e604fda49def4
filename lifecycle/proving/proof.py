"""What comes of asking whether an invariant holds: a proof, or the partner that breaks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from lifecycle.conditions import Value
from lifecycle.proving.invariants import Invariant
from lifecycle.proving.periods import Period
from partner_lifecycle.errors import PartnerLifecycleError

__all__ = ["Counterexample", "Proof", "ReadingsDisagree", "Verdict"]

Verdict = Literal["proved", "broken", "undecided"]


class ReadingsDisagree(PartnerLifecycleError):
    """A counterexample that, played by the rules themselves, ends elsewhere: a defect of ours."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True)
class Counterexample:
    """A partner that breaks an invariant, on a day.

    `facts` are the known ones among those that the invariant and the rules that acted read, before
    the sweep; `way` says how it moved; `cases` has, by rule, a test case in the form of
    rules/examples, which fails until the rule no longer acts on these facts.
    """

    day: date
    facts: Mapping[str, Value]
    way: tuple[str, ...]
    fired: tuple[str, ...]
    cases: Mapping[str, str]


@dataclass(frozen=True)
class Proof:
    """What came of one invariant in one period; `where` has the values of its `for_each`."""

    invariant: Invariant
    period: Period
    verdict: Verdict
    where: Mapping[str, str]
    seconds: float
    counterexample: Counterexample | None = None
