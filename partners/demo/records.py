"""Records of the local org, by object and API name."""

from datetime import date, timedelta
from random import Random
from typing import Any

__all__ = ["Record", "Records", "ref"]

Record = dict[str, Any]
"""Fields by API name; `_id` names the record within the population."""

# References point only to objects that stand earlier, so that records can be created in this order.
_ORDER = (
    "Account",
    "Contact",
    "npe5__Affiliation__c",
    "npe03__Recurring_Donation__c",
    "Contract",
    "Opportunity",
    "npsp__Partial_Soft_Credit__c",
    "Due_Diligence__c",
    "Obligation__c",
    "Task",
    "Event",
)


def ref(kind: str, key: str) -> dict[str, str]:
    """Return a reference to a record by its object and `_id`, or to an office's user."""
    return {"_ref": f"{kind}:{key}"}


class Records:
    """All records of one population, by object; days are counted from `today`."""

    def __init__(self, today: date, random: Random) -> None:
        self.today = today
        self.random = random
        self.by_object: dict[str, list[Record]] = {name: [] for name in _ORDER}

    def add(self, kind: str, key: str, **fields: Any) -> Record:
        """Add a record; the returned one may still be changed."""
        record: Record = {"_id": key, **fields}
        self.by_object[kind].append(record)
        return record

    def day(self, days: int) -> str:
        """Return the day `days` from today (before today when negative) in ISO form."""
        return (self.today + timedelta(days=days)).isoformat()
