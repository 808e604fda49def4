"""What stands in one folder of rules: each thing as written, by its id, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from lifecycle.rulebook.model import (
    ClauseText,
    OverlayText,
    ParameterText,
    RateText,
    Replaceable,
    RuleText,
)
from partner_lifecycle import Problem
from partner_lifecycle.strict_yaml import Document
from partner_lifecycle.strict_yaml import Path as Place

__all__ = ["Contents", "Head", "Text", "Written"]

Text = TypeVar("Text", bound=Replaceable)


@dataclass(frozen=True)
class Written(Generic[Text]):
    """A rule, parameter, clause or rate as written, where, and in which layer.

    `stage` is that of a rule's file (None for any); `below` what it stands instead of.
    """

    id: str
    text: Text
    document: Document
    place: Place
    layer: str
    stage: str | None = None
    below: "Written[Text] | None" = None

    @property
    def line(self) -> int:
        """Return the line where it stands."""
        return self.document.places[self.place][0]

    def problem(self, key: Place, what: str, remedy: str = "") -> Problem:
        """Return a problem at a part of it."""
        return self.document.problem((*self.place, *key), what, remedy)


@dataclass(frozen=True)
class Head:
    """An overlay's overlay.yaml."""

    text: OverlayText
    document: Document


@dataclass(frozen=True)
class Contents:
    """All that stands in one folder; `head` is None for the base."""

    name: str
    folder: Path
    label: str
    """What its files are shown under in messages."""
    head: Head | None = None
    rules: Mapping[str, Written[RuleText]] = field(default_factory=dict)
    parameters: Mapping[str, Written[ParameterText]] = field(default_factory=dict)
    clauses: Mapping[str, Written[ClauseText]] = field(default_factory=dict)
    rates: Mapping[str, Written[RateText]] = field(default_factory=dict)
