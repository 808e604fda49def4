"""What we write, field by field: what a record is made with, and what is changed in it later."""

from collections.abc import Mapping
from dataclasses import dataclass

from partners.job.writeback import WRITTEN

__all__ = ["NEEDED", "Needed"]


@dataclass(frozen=True)
class Needed:
    """Fields that our user must be able to fill in a new record, and to change in one."""

    created: frozenset[str] = frozenset()
    updated: frozenset[str] = frozenset()


_TASK = {"ActivityDate", "Description", "OwnerId", "Priority", "Status", "Subject"}
_FILE = {"Description", "FirstPublishLocationId", "PathOnClient", "Title", "VersionData"}
NEEDED: Mapping[str, Needed] = {
    "Account": Needed(updated=WRITTEN["Account"]),
    "Contact": Needed(updated=WRITTEN["Contact"]),
    "Task": Needed(
        created=WRITTEN["Task"] | _TASK | {"WhatId", "WhoId"},
        updated=frozenset({"ActivityDate", "Description", "Status"}),
    ),
    "ContentVersion": Needed(
        created=WRITTEN["ContentVersion"] | _FILE, updated=frozenset({"Description", "Title"})
    ),
}
"""By object."""
