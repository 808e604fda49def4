"""The outbox: writes that are waiting, delivered so that repeating one changes nothing."""

from crm_sync.outbox.delivery import deliver
from crm_sync.outbox.writes import Delivery, Operation, Write

__all__ = ["Delivery", "Operation", "Write", "deliver"]
