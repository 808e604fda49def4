"""Proofs: what no partner can ever meet under a rulebook, or the partner that meets it.

Reading invariants needs nothing; proving them needs z3 (extra `prove`).
"""

from lifecycle.proving.installed import ProverMissing, prover_needed
from lifecycle.proving.invariants import Invariant, load_invariants
from lifecycle.proving.names import invariant_specs
from lifecycle.proving.periods import Period, periods
from lifecycle.proving.proof import Counterexample, Proof, ReadingsDisagree
from lifecycle.proving.prove import NothingToProve, prove

__all__ = [
    "Counterexample",
    "Invariant",
    "NothingToProve",
    "Period",
    "Proof",
    "ProverMissing",
    "ReadingsDisagree",
    "invariant_specs",
    "load_invariants",
    "periods",
    "prove",
    "prover_needed",
]
