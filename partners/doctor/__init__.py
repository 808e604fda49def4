"""Whether an org is ready for us: compared with our metadata, the profile, and what we write."""

from partners.doctor.examining import Examined, examine
from partners.doctor.finding import Finding

__all__ = ["Examined", "Finding", "examine"]
