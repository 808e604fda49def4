"""A layer of a rulebook: the base or an overlay, and what it changed in the layers below."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

__all__ = ["BASE", "Change", "Did", "RuleLayer", "Thing"]

BASE = "base"
"""The name of the layer that all others lie on."""
Did = Literal["added", "replaced", "retired"]
Thing = Literal["rule", "parameter", "clause", "rate"]


@dataclass(frozen=True)
class Change:
    """One thing that an overlay did. `because` is why it was retired, or what the thing says."""

    did: Did
    thing: Thing
    id: str
    because: str
    file: str
    line: int


@dataclass(frozen=True)
class RuleLayer:
    """The base, or an overlay with all that it changed. `label` is how its files are shown."""

    name: str
    folder: Path
    label: str
    because: str = ""
    changes: tuple[Change, ...] = ()
    retired_cases: Mapping[str, str] = field(default_factory=dict)
    """Names of cases of the layers below that no longer hold, each with the reason."""

    def changed(self, thing: Thing, *did: Did) -> frozenset[str]:
        """Return the ids of the things that the overlay changed in one of these ways."""
        return frozenset(
            each.id for each in self.changes if each.thing == thing and each.did in did
        )
