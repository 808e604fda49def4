"""What must hold under a rulebook: invariants.yaml of every layer, with every mistake in it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from lifecycle.conditions import Node, Schema, parse
from lifecycle.proving.names import invariant_schema
from lifecycle.rulebook import Rulebook, RulebookError
from lifecycle.rulebook.model import Dotted
from lifecycle.rulebook.parameters import parameter_schema
from partner_lifecycle.errors import Problem, Problems
from partner_lifecycle.names import did_you_mean
from partner_lifecycle.strict_yaml import Document, Path, read_yaml
from partner_lifecycle.validating import validate, wrong

__all__ = ["Invariant", "Kind", "load_invariants"]

Kind = Literal["never", "always", "possible"]
_KINDS: tuple[Kind, ...] = ("never", "always", "possible")


@dataclass(frozen=True)
class Invariant:
    """A condition that no sweep may make true (`never`), or false (`always`), or that some must.

    It is asked once for every combination of values of the enumerated facts in `for_each`.
    """

    name: str
    cite: tuple[str, ...]
    because: str
    kind: Kind
    text: str
    condition: Node
    for_each: tuple[str, ...] = ()
    file: str = ""
    line: int = 0


def _as_tuple(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


_Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
_Sentence = Annotated[str, Field(min_length=1)]


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Dotted
    cite: Annotated[_Texts, Field(min_length=1)]
    because: _Sentence
    never: _Sentence | None = None
    always: _Sentence | None = None
    possible: _Sentence | None = None
    for_each: _Texts = ()

    @model_validator(mode="after")
    def _one_condition(self) -> "_Text":
        if len([kind for kind in _KINDS if getattr(self, kind) is not None]) != 1:
            raise wrong("one condition is needed", "write one of never, always or possible")
        return self

    @property
    def kind(self) -> Kind:
        return next(kind for kind in _KINDS if getattr(self, kind) is not None)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    invariants: list[Any]


def load_invariants(rulebook: Rulebook) -> tuple[Invariant, ...]:
    """Read invariants.yaml of every layer against the facts and rules of `rulebook`.

    An overlay adds invariants; it takes none away. None where no layer has the file. Raises
    RulebookError with every mistake found: file, line, column, what, what to write.
    """
    reading = _Reading(rulebook)
    files = [(layer, layer.folder / "invariants.yaml") for layer in rulebook.layers]
    found = [
        invariant
        for layer, file in files
        if file.is_file()
        for invariant in reading.invariants(file, f"{layer.label}/{file.name}")
    ]
    if reading.problems:
        raise RulebookError("the invariants cannot be used", reading.problems)
    return tuple(found)


class _Reading:
    """One reading of the invariants of all layers."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.clauses = rulebook.clauses
        self.schema: Schema = invariant_schema(rulebook)
        self.parameters = parameter_schema(rulebook.parameters)
        self.problems: list[Problem] = []
        self.names: set[str] = set()

    def invariants(self, file: FilePath, shown_as: str) -> Iterator[Invariant]:
        """Yield the invariants of a file; its mistakes are added to `problems`."""
        try:
            document = read_yaml(file, shown_as)
            texts = validate(_File, document).invariants
        except Problems as error:
            self.problems += error.problems
            return
        for number, given in enumerate(texts):
            place = ("invariants", number)
            try:
                text = validate(_Text, document, place)
            except Problems as error:
                self.problems += error.problems
                self._conditions(document, place, given)
                continue
            invariant = self._invariant(document, place, text)
            if invariant is not None:
                yield invariant

    def _conditions(self, document: Document, place: Path, given: Any) -> None:
        """Read the conditions of an invariant that cannot be used for another reason."""
        for kind in _KINDS if isinstance(given, dict) else ():
            if isinstance(given.get(kind), str) and given[kind]:
                self._condition(document, (*place, kind))

    def _condition(self, document: Document, place: Path) -> Node | None:
        tree, mistakes = parse(document.data_at(place), self.schema, self.parameters)
        for each in mistakes:
            line, column = document.inside(place, each.line, each.column)
            self.problems.append(Problem(document.file, line, column, each.what, each.remedy))
        return tree

    def _invariant(self, document: Document, place: Path, text: _Text) -> Invariant | None:
        tree = self._condition(document, (*place, text.kind))
        enumerated = [name for name, kind in self.schema.items() if kind.values]
        checks = (
            ("cite", _unknown(text.cite, self.clauses, "clause", "add it to clauses.yaml")),
            ("for_each", _unknown(text.for_each, enumerated, "enumerated fact", "name one")),
            ("name", [_TWICE] if text.name in self.names else []),
        )
        for key, complaints in checks:
            at = (*place, key)
            self.problems += [document.problem(at, *complaint) for complaint in complaints]
        self.names.add(text.name)
        if tree is None:
            return None
        return Invariant(
            name=text.name,
            cite=text.cite,
            because=text.because,
            kind=text.kind,
            text=str(getattr(text, text.kind)),
            condition=tree,
            for_each=text.for_each,
            file=document.file,
            line=document.places[place][0],
        )


_TWICE = ("two invariants have this name", "give this one its own; an overlay replaces none")


def _unknown(
    names: Collection[str], known: Collection[str], noun: str, otherwise: str
) -> Iterator[tuple[str, str]]:
    for name in names:
        if name not in known:
            yield f"there is no {noun} {name}", did_you_mean(name, known, otherwise)
