"""Faults on purpose: what a client meets at a real org on a bad day, planned in YAML or by hand."""

from crm_sync.sandbox.faults.fault import Action, Fault, Rows, When
from crm_sync.sandbox.faults.known import KNOWN, KnownError
from crm_sync.sandbox.faults.plan import FaultPlan, read_faults

__all__ = [
    "KNOWN",
    "Action",
    "Fault",
    "FaultPlan",
    "KnownError",
    "Rows",
    "When",
    "read_faults",
]
