"""Lay folders of rules over one another: what each adds, replaces and retires, by id.

Replacing is said (`replaces: true`): an id that a layer below has, or comes to have one day, is
never swallowed by accident.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lifecycle.rulebook.errors import Mistakes
from lifecycle.rulebook.layer import Change, RuleLayer, Thing
from lifecycle.rulebook.model import ClauseText, ParameterText, RateText, RuleText
from lifecycle.rulebook.written import Contents, Head, Text, Written
from partner_lifecycle import Problem
from partner_lifecycle.names import did_you_mean
from partner_lifecycle.strict_yaml import Document
from partner_lifecycle.strict_yaml import Path as Place

__all__ = ["Layered", "Taken", "layered"]


@dataclass(frozen=True)
class Taken:
    """A thing that an overlay retired or replaced, and where it says so."""

    before: Written[Any]
    document: Document
    place: Place

    def problem(self, what: str, remedy: str) -> Problem:
        """Return a problem at the place where the overlay says so."""
        return self.document.problem(self.place, what, remedy)


@dataclass(frozen=True)
class Layered:
    """All layers as one: by id, in the order in which the things were written, the base first."""

    layers: tuple[RuleLayer, ...] = ()
    rules: Mapping[str, Written[RuleText]] = field(default_factory=dict)
    parameters: Mapping[str, Written[ParameterText]] = field(default_factory=dict)
    clauses: Mapping[str, Written[ClauseText]] = field(default_factory=dict)
    rates: Mapping[str, Written[RateText]] = field(default_factory=dict)
    taken: tuple[Taken, ...] = ()


def layered(folders: Iterable[Contents], mistakes: Mistakes) -> Layered:
    """Lay the folders over one another; the first is the base."""
    found = Layered()
    for folder in folders:
        found = _Laying(folder, mistakes).over(found)
    return found


class _Laying:
    """Lays one folder over what is below it."""

    def __init__(self, folder: Contents, mistakes: Mistakes) -> None:
        self.folder = folder
        self.mistakes = mistakes
        self.changes: list[Change] = []
        self.taken: list[Taken] = []

    def over(self, below: Layered) -> Layered:
        """Return both as one."""
        folder = self.folder
        whole = replace(
            below,
            rules=self._laid("rule", below.rules, folder.rules),
            parameters=self._laid("parameter", below.parameters, folder.parameters),
            clauses=self._laid("clause", below.clauses, folder.clauses),
            rates=self._laid("rate", below.rates, folder.rates),
            taken=(*below.taken, *self.taken),
        )
        return replace(whole, layers=(*below.layers, self._layer()))

    def _layer(self) -> RuleLayer:
        folder, head = self.folder, self.folder.head
        if head is None:
            return RuleLayer(folder.name, folder.folder, folder.label)
        because, cases = head.text.because, head.text.retires.cases
        return RuleLayer(
            folder.name, folder.folder, folder.label, because, tuple(self.changes), cases
        )

    def _laid(
        self, thing: Thing, below: Mapping[str, Written[Text]], above: Mapping[str, Written[Text]]
    ) -> dict[str, Written[Text]]:
        kept = dict(below)
        if self.folder.head is not None:
            self._retire(thing, kept, above, self.folder.head)
        for name, written in above.items():
            # A dict keeps the place of a key that is set again: so does a replaced rule.
            kept[name] = self._placed(thing, below, written)
        return kept

    def _retire(
        self,
        thing: Thing,
        kept: dict[str, Written[Text]],
        above: Mapping[str, Written[Text]],
        head: Head,
    ) -> None:
        reasons: Mapping[str, str] = getattr(head.text.retires, f"{thing}s", {})
        for name, reason in reasons.items():
            place = ("retires", f"{thing}s", name)
            if name in above:
                what = f"{name} is retired here, and stands in {above[name].document.file}"
                remedy = "replace it (`replaces: true`) or retire it"
                self.mistakes.append(head.document.problem(place, what, remedy))
            elif name not in kept:
                what = f"there is no {thing} {name} to retire"
                self.mistakes.append(head.document.problem(place, what, did_you_mean(name, kept)))
            else:
                self.taken.append(Taken(kept.pop(name), head.document, place))
                spot = (head.document.file, _line(head.document, place))
                self.changes.append(Change("retired", thing, name, reason, *spot))

    def _placed(
        self, thing: Thing, below: Mapping[str, Written[Text]], written: Written[Text]
    ) -> Written[Text]:
        """Return a thing of this folder as it stands over the others."""
        name, text, other = written.id, written.text, below.get(written.id)
        spot = (written.document.file, written.line)
        if other is None:
            if text.replaces:
                what = f"there is no {thing} {name} below to replace"
                remedy = did_you_mean(name, below, "leave out `replaces`")
                self.mistakes.append(written.problem(("replaces",), what, remedy))
            self.changes.append(Change("added", thing, name, text.said, *spot))
            return written
        if not text.replaces:
            what = f"there is a {thing} {name} already, in {other.document.file}"
            remedy = "write `replaces: true` to put this in its place, or give this one its own id"
            self.mistakes.append(written.problem((), what, remedy))
        self.taken.append(Taken(other, written.document, written.place))
        self.changes.append(Change("replaced", thing, name, text.said, *spot))
        return replace(written, below=other)


def _line(document: Document, place: Place) -> int:
    return document.places[place][0]
