"""What a sync did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["ObjectReport", "SyncReport"]


@dataclass
class ObjectReport:
    """One object: rows read, stored, removed; calls made to the CRM.

    Some rows are read though they are here already (see mirror/cursor.py); they are not stored.
    """

    read: int = 0
    upserted: int = 0
    deleted: int = 0
    calls: int = 0


@dataclass
class SyncReport:
    """All objects by API name; `warnings` a person must see; `notes` of what the org lacks and the
    profile says it may."""

    objects: dict[str, ObjectReport] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    calls: int = 0

    @property
    def rows(self) -> Mapping[str, int]:
        """Return the rows read, by object."""
        return {name: each.read for name, each in self.objects.items()}

    @property
    def changed(self) -> int:
        """Return how many rows were stored or removed."""
        return sum(each.upserted + each.deleted for each in self.objects.values())
