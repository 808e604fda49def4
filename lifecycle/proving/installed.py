"""Whether the prover is installed: an extra that only proofs need."""

from collections.abc import Iterator
from contextlib import contextmanager

from partner_lifecycle.errors import PartnerLifecycleError

__all__ = ["ProverMissing", "prover_needed"]


class ProverMissing(PartnerLifecycleError):
    """The prover z3 is not installed."""


@contextmanager
def prover_needed() -> Iterator[None]:
    """Raise ProverMissing when an import in here does not find z3."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "z3":
            raise
        what = "The prover z3 is not installed."
        raise ProverMissing(what, remedy="pip install 'partner-lifecycle[prove]'") from error
