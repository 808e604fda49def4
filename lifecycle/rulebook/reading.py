"""Read one folder of rules as written: stage files, parameters, clauses, rates, an overlay's head.

Nothing is compared with other files yet, except that an id stands only once in the folder.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from lifecycle.rulebook.errors import Mistakes
from lifecycle.rulebook.layer import BASE
from lifecycle.rulebook.model import (
    ClauseText,
    OverlayText,
    ParameterText,
    RateText,
    RuleFile,
    RuleText,
)
from lifecycle.rulebook.parameters import parameter_name
from lifecycle.rulebook.rates import read_rates
from lifecycle.rulebook.unread import CLAUSES, BrokenRule
from lifecycle.rulebook.written import Contents, Head, Written
from partner_lifecycle import Problem
from partner_lifecycle.strict_yaml import Document, read_yaml
from partner_lifecycle.validating import MOST_TOLD, validate

__all__ = ["read_base", "read_overlay"]

Found = TypeVar("Found")
_HEAD = "overlay.yaml"
_NOT_RULES = (_HEAD, CLAUSES, "invariants.yaml", "indicators.yaml", "exchange_rates.yaml")


def read_base(folder: Path, mistakes: Mistakes) -> Contents:
    """Read the folder that a rulebook rests on."""
    if (folder / _HEAD).is_file():
        what, remedy = "this is an overlay, and no rulebook by itself", "name it under `overlays`"
        mistakes.append(Problem(f"{folder.name}/{_HEAD}", 1, 1, what, remedy))
        return Contents(BASE, folder, folder.name)
    if not _stage_files(folder):
        what, remedy = "there are no rule files here", "add prospect.yaml ..."
        mistakes.append(Problem(str(folder), 1, 1, what, remedy))
    return _Reading(folder, folder.name, BASE, mistakes).contents(None)


def read_overlay(folder: Path, label: str, mistakes: Mistakes) -> Contents | None:
    """Read the folder of an overlay; None when it has no head that can be read."""
    if not (folder / _HEAD).is_file():
        what = f"this is not an overlay: there is no {_HEAD}"
        remedy = "write in it the overlay's `name:`, and `because:` with why it exists"
        mistakes.append(Problem(str(folder), 1, 1, what, remedy))
        return None
    head = mistakes.attempt(partial(_head, folder, label))
    if head is None:
        return None
    return _Reading(folder, label, head.text.name, mistakes).contents(head)


def _head(folder: Path, label: str) -> Head:
    document = read_yaml(folder / _HEAD, f"{label}/{_HEAD}")
    return Head(validate(OverlayText, document), document)


def _stage_files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*.yaml")) if file.name not in _NOT_RULES]


def _holds_rules(document: Document) -> bool:
    return isinstance(document.data, dict) and isinstance(document.data.get("rules"), list)


class _Reading:
    """One reading of a folder."""

    def __init__(self, folder: Path, label: str, layer: str, mistakes: Mistakes) -> None:
        self.folder = folder
        self.label = label
        self.layer = layer
        self.mistakes = mistakes

    def contents(self, head: Head | None) -> Contents:
        """Return all that stands in the folder."""
        return Contents(
            name=self.layer,
            folder=self.folder,
            label=self.label,
            head=head,
            rules=self._rules(),
            parameters=self._parameters(),
            clauses=self._named(CLAUSES, self._clauses),
            rates=self._named("exchange_rates.yaml", self._rates),
        )

    def _rules(self) -> dict[str, Written[RuleText]]:
        """Return every rule, in the order of the files' names."""
        found: dict[str, Written[RuleText]] = {}
        for file in _stage_files(self.folder):
            for rule in self._stage(file):
                other = found.setdefault(rule.id, rule)
                if other is not rule:
                    what = f"two rules have the id {rule.id}; the other is in {other.document.file}"
                    self.mistakes.append(rule.problem(("id",), what, "give this one its own"))
        return found

    def _stage(self, file: Path) -> Iterator[Written[RuleText]]:
        """Yield the rules of a file; each is read by itself, so that none hides the others."""
        mistakes, before = self.mistakes, len(self.mistakes)
        document = mistakes.attempt(partial(self._read, file))
        if document is None or not _holds_rules(document):
            mistakes.unread.rule_file = True
        if document is None:
            return
        head = mistakes.attempt(partial(validate, RuleFile, document))
        stage = None if head is None or head.stage == "any" else head.stage
        for index in range(len(document.data["rules"]) if _holds_rules(document) else 0):
            place = ("rules", index)
            rule = mistakes.attempt(partial(validate, RuleText, document, place))
            if rule is not None:
                yield Written(rule.id, rule, document, place, self.layer, stage)
            else:
                mistakes.unread.rules.append(BrokenRule(document, place))
            if len(mistakes) - before >= MOST_TOLD:
                mistakes.unread.rule_file = True
                return

    def _parameters(self) -> dict[str, Written[ParameterText]]:
        """Return every parameter, named by the place of its file."""
        folder = self.folder / "parameters"
        found = {}
        for file in sorted(folder.rglob("*.yaml")):
            parameter = self.mistakes.attempt(partial(self._parameter, folder, file))
            if parameter is not None:
                found[parameter.id] = parameter
            else:
                self.mistakes.unread.parameters.add(parameter_name(folder, file))
        return found

    def _parameter(self, folder: Path, file: Path) -> Written[ParameterText]:
        document = self._read(file)
        text = validate(ParameterText, document)
        return Written(parameter_name(folder, file), text, document, (), self.layer)

    def _clauses(self, document: Document) -> dict[str, Written[ClauseText]]:
        if not isinstance(document.data, dict):
            what, remedy = "this is not a table of clauses", "write `S§1: {gist: …, document: …}`"
            self.mistakes.append(document.problem((), what, remedy))
            self.mistakes.unread.files.add(CLAUSES)
            return {}
        found = {}
        for name in document.data:
            load = partial(validate, ClauseText, document, (name,))
            clause = self.mistakes.attempt(load)
            if clause is not None:
                found[str(name)] = Written(str(name), clause, document, (name,), self.layer)
            else:
                self.mistakes.unread.clauses.add(str(name))
        return found

    def _rates(self, document: Document) -> dict[str, Written[RateText]]:
        return read_rates(document, self.layer, self.mistakes)

    def _named(self, name: str, read: Callable[[Document], dict[str, Found]]) -> dict[str, Found]:
        """Return what a file of this name holds; nothing when it is not there."""
        file = self.folder / name
        if not file.is_file():
            return {}
        document = self.mistakes.attempt(partial(self._read, file))
        if document is None:
            self.mistakes.unread.files.add(name)
            return {}
        return read(document)

    def _read(self, file: Path) -> Document:
        return read_yaml(file, f"{self.label}/{file.relative_to(self.folder).as_posix()}")
