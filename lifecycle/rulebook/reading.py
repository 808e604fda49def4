"""Read one folder of rules as written: stage files, parameters, clauses, rates, an overlay's head.

Nothing is compared with other files yet, except that an id stands only once in the folder.
"""

from collections.abc import Callable
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
from lifecycle.rulebook.written import Contents, Head, Written
from partner_lifecycle import Problem
from partner_lifecycle.strict_yaml import Document, read_yaml, validate

__all__ = ["read_base", "read_overlay"]

Found = TypeVar("Found")
_HEAD = "overlay.yaml"
_NOT_RULES = (_HEAD, "clauses.yaml", "invariants.yaml", "indicators.yaml", "exchange_rates.yaml")


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
            clauses=self._named("clauses.yaml", self._clauses),
            rates=self._named("exchange_rates.yaml", self._rates),
        )

    def _rules(self) -> dict[str, Written[RuleText]]:
        """Return every rule, in the order of the files' names."""
        found: dict[str, Written[RuleText]] = {}
        for file in _stage_files(self.folder):
            for rule in self.mistakes.attempt(partial(self._stage, file)) or []:
                other = found.setdefault(rule.id, rule)
                if other is not rule:
                    what = f"two rules have the id {rule.id}; the other is in {other.document.file}"
                    self.mistakes.append(rule.problem(("id",), what, "give this one its own"))
        return found

    def _stage(self, file: Path) -> list[Written[RuleText]]:
        document = self._read(file)
        text = validate(RuleFile, document)
        stage = None if text.stage == "any" else text.stage
        return [
            Written(rule.id, rule, document, ("rules", index), self.layer, stage)
            for index, rule in enumerate(text.rules)
        ]

    def _parameters(self) -> dict[str, Written[ParameterText]]:
        """Return every parameter, named by the place of its file."""
        folder = self.folder / "parameters"
        found = {}
        for file in sorted(folder.rglob("*.yaml")):
            parameter = self.mistakes.attempt(partial(self._parameter, folder, file))
            if parameter is not None:
                found[parameter.id] = parameter
        return found

    def _parameter(self, folder: Path, file: Path) -> Written[ParameterText]:
        document = self._read(file)
        text = validate(ParameterText, document)
        return Written(parameter_name(folder, file), text, document, (), self.layer)

    def _clauses(self, document: Document) -> dict[str, Written[ClauseText]]:
        if not isinstance(document.data, dict):
            what, remedy = "this is not a table of clauses", "write `S§1: {gist: …, document: …}`"
            self.mistakes.append(document.problem((), what, remedy))
            return {}
        found = {}
        for name, given in document.data.items():
            load = partial(validate, ClauseText, document, given, (name,))
            clause = self.mistakes.attempt(load)
            if clause is not None:
                found[str(name)] = Written(str(name), clause, document, (name,), self.layer)
        return found

    def _rates(self, document: Document) -> dict[str, Written[RateText]]:
        return read_rates(document, self.layer, self.mistakes)

    def _named(self, name: str, read: Callable[[Document], dict[str, Found]]) -> dict[str, Found]:
        """Return what a file of this name holds; nothing when it is not there."""
        file = self.folder / name
        if not file.is_file():
            return {}
        document = self.mistakes.attempt(partial(self._read, file))
        return {} if document is None else read(document)

    def _read(self, file: Path) -> Document:
        return read_yaml(file, f"{self.label}/{file.relative_to(self.folder).as_posix()}")
