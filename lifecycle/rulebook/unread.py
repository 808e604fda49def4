"""What could not be read: nobody is blamed for asking for it, and the rest of it is checked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from partner_lifecycle import Problem
from partner_lifecycle.strict_yaml import Document
from partner_lifecycle.strict_yaml import Path as Place

__all__ = ["CLAUSES", "BrokenRule", "Unread"]

CLAUSES = "clauses.yaml"


@dataclass(frozen=True)
class BrokenRule:
    """A rule that cannot be used as it is written, and where it stands."""

    document: Document
    place: Place

    def part(self, key: str) -> Any:
        """Return what stands under a key of the rule; None when nothing does."""
        data = self.document.data_at(self.place)
        return data.get(key) if isinstance(data, dict) else None

    @property
    def notes(self) -> frozenset[str]:
        """Return the names of what the rule would conclude."""
        then = self.part("then")
        notes = then.get("set") if isinstance(then, dict) else None
        return frozenset(map(str, notes)) if isinstance(notes, dict) else frozenset()

    @property
    def cites(self) -> Iterator[str]:
        """Yield the clauses that the rule cites."""
        cited = self.part("cite")
        listed = cited if isinstance(cited, list) else []
        yield from (each for each in listed if isinstance(each, str))

    def problem(self, key: Place, what: str, remedy: str) -> Problem:
        """Return a problem at a part of the rule."""
        return self.document.problem((*self.place, *key), what, remedy)


@dataclass
class Unread:
    """What one reading could not make use of, gathered while folders are read."""

    rules: list[BrokenRule] = field(default_factory=list)
    rule_file: bool = False
    """Whether rules are missing of which not even the names are known."""
    parameters: set[str] = field(default_factory=set)
    clauses: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    def holds_name(self, name: str) -> bool:
        """Return whether a conclusion or parameter may be missing only because it was not read."""
        if name in self.parameters or any(name in rule.notes for rule in self.rules):
            return True
        return self.rule_file and name.startswith("note.")

    def holds_clause(self, name: str) -> bool:
        """Return whether a clause may be missing only because it could not be read."""
        return CLAUSES in self.files or name in self.clauses
