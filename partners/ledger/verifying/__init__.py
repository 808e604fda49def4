"""Find what was changed in the ledger behind its back, reading it once from beginning to end."""

from partners.ledger.findings import Finding
from partners.ledger.verifying.verify import Verified, verify

__all__ = ["Finding", "Verified", "verify"]
