"""What a sync did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm_sync.mirror.drift import Warned

__all__ = ["ObjectReport", "SyncReport"]


@dataclass
class ObjectReport:
    """One object: rows read, stored, removed; calls made to the CRM; both sides counted after it.

    Some rows are read though they are here already (see mirror/cursor.py); they are not stored.
    `mended` rows were put right by a walk over all Ids, `ids_match` is what it found then (None:
    none was due). Counts may differ while people work in the org.
    """

    read: int = 0
    upserted: int = 0
    deleted: int = 0
    calls: int = 0
    org_rows: int | None = None
    here_rows: int | None = None
    mended: int = 0
    ids_match: bool | None = None


@dataclass
class SyncReport:
    """All objects by API name; `warnings` a person must see; `notes` of what the org lacks and the
    profile says it may."""

    objects: dict[str, ObjectReport] = field(default_factory=dict)
    warned: list[Warned] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    calls: int = 0
    calls_left: int | None = None

    @property
    def warnings(self) -> list[str]:
        """Return what a person must see."""
        return [each.what for each in self.warned]

    @property
    def rows(self) -> Mapping[str, int]:
        """Return the rows read, by object."""
        return {name: each.read for name, each in self.objects.items()}

    @property
    def changed(self) -> int:
        """Return how many rows were stored or removed."""
        return sum(each.upserted + each.deleted for each in self.objects.values())
