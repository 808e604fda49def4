"""The outbox: writes that are waiting, delivered so that repeating one changes nothing."""

from crm_sync.outbox.delivery import Guard, deliver
from crm_sync.outbox.verdicts import UNANSWERED, Verdict, verdict
from crm_sync.outbox.writes import Delivery, Operation, Write

__all__ = [
    "UNANSWERED",
    "Delivery",
    "Guard",
    "Operation",
    "Verdict",
    "Write",
    "deliver",
    "verdict",
]
