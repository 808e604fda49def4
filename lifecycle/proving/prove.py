"""Prove every invariant of a rulebook in every period of its parameters."""

from collections.abc import Sequence
from datetime import date

from lifecycle.proving.installed import prover_needed
from lifecycle.proving.invariants import Invariant
from lifecycle.proving.periods import periods
from lifecycle.proving.proof import Proof
from lifecycle.rulebook import Rulebook
from partner_lifecycle.errors import PartnerLifecycleError

__all__ = ["NothingToProve", "prove"]


class NothingToProve(PartnerLifecycleError):
    """No layer of the rules has invariants."""


def prove(
    rulebook: Rulebook, invariants: Sequence[Invariant], day: date, *, seconds: float = 60
) -> list[Proof]:
    """Return what comes of each invariant on every day since all parameters have values.

    A broken invariant is shown on `day` if it is broken there. One question that takes longer than
    `seconds` is left undecided. Raises NothingToProve without invariants, ProverMissing without z3.
    """
    if not invariants:
        raise NothingToProve("There are no invariants to prove.", remedy="write invariants.yaml")
    with prover_needed():
        from lifecycle.proving.solving import Prover
    found: list[Proof] = []
    for period in periods(rulebook):
        prover = Prover(rulebook, period, day, seconds)
        found += [prover.prove(invariant) for invariant in invariants]
    return found
