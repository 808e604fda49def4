"""What we write, field by field: what a record is made with, and what is changed in it later."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_sync.profiles import Appears
from partners.job.writeback import written

__all__ = ["Needed", "needed"]


@dataclass(frozen=True)
class Needed:
    """Fields that our user must be able to fill in a new record, and to change in one."""

    created: frozenset[str] = frozenset()
    updated: frozenset[str] = frozenset()


_TASK = {"ActivityDate", "Description", "OwnerId", "Priority", "Status", "Subject"}
_FILE = {"Description", "FirstPublishLocationId", "PathOnClient", "Title", "VersionData"}


def needed(appears: Appears) -> Mapping[str, Needed]:
    """Return what is needed in each object, by what the profile lets appear."""
    ours = written(appears)
    every = {
        "Account": Needed(updated=ours["Account"]),
        "Contact": Needed(updated=ours["Contact"]),
        "Task": Needed(
            created=ours.get("Task", frozenset()) | _TASK | {"WhatId", "WhoId"},
            updated=frozenset({"ActivityDate", "Description", "Status"}),
        ),
        "ContentVersion": Needed(
            created=ours.get("ContentVersion", frozenset()) | _FILE,
            updated=frozenset({"Description", "Title"}),
        ),
    }
    return {name: every[name] for name in ours}
