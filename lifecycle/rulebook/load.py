"""Load a folder of rules, checking all of it and collecting every mistake."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TypeVar

from lifecycle.conditions import (
    FactType,
    Mistake,
    ParameterSchema,
    Schema,
    ValueType,
    parse,
)
from lifecycle.facts import RowKind, fact_schema, row_schema
from lifecycle.rulebook.model import ClauseText, RuleFile, RuleText
from lifecycle.rulebook.parameters import (
    Parameter,
    check_parameter,
    parameter_name,
    parameter_schema,
)
from lifecycle.rulebook.rule import Rule, Rulebook
from lifecycle.rulebook.sources import digest_of, read_layer
from lifecycle.rulebook.strata import Circle, conclusions, in_strata
from partner_lifecycle.errors import Problem, Problems
from partner_lifecycle.strict_yaml import Document, read_yaml, validate
from partner_lifecycle.strict_yaml import Path as Place

__all__ = ["RulebookError", "load_rulebook"]

Loaded = TypeVar("Loaded")
_NOTE_TYPES = {bool: ValueType.BOOLEAN, int: ValueType.NUMBER, str: ValueType.TEXT}
_NOT_RULES = ("clauses.yaml", "invariants.yaml", "exchange_rates.yaml")


class RulebookError(Problems):
    """The rules cannot be used as they are written; every mistake is listed with its place."""


def load_rulebook(folder: Path) -> Rulebook:
    """Load rules/, with its parameters and clauses.

    Raises RulebookError with every mistake found: file, line, column, what, what to write.
    """
    loading = _Loading(folder)
    clauses = loading.clauses()
    parameters = loading.parameters()
    rules, notes = loading.rules(parameter_schema(parameters))
    loading.check_citations(clauses)
    loading.check_circles(rules)
    if loading.problems:
        count = len(loading.problems)
        headline = f"the rules in {folder} have {count} mistake{'s' if count > 1 else ''}"
        raise RulebookError(headline, loading.problems)
    ordered = sorted(rules, key=lambda rule: -rule.priority)
    sources = (read_layer(folder),)
    return Rulebook(tuple(ordered), parameters, clauses, digest_of(sources), notes, sources)


@dataclass(frozen=True)
class _Written:
    """A rule as written, where it stands, and the stage of its file (None for any)."""

    document: Document
    place: Place
    rule: RuleText
    stage: str | None


@dataclass(frozen=True)
class _Citing:
    """A rule or parameter, the clauses it cites, and where it does."""

    name: str
    clauses: tuple[str, ...]
    document: Document
    place: Place


class _Loading:
    """One reading of a rules folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.files: dict[str, str] = {}
        self.cited: list[_Citing] = []

    def clauses(self) -> dict[str, ClauseText]:
        """Read clauses.yaml."""
        document = self._attempt(partial(self._read, self.folder / "clauses.yaml"))
        if document is None or not isinstance(document.data, dict):
            return {}
        found = {}
        for name in document.data:
            load = partial(validate, ClauseText, document, document.data[name], (name,))
            clause = self._attempt(load)
            if clause is not None:
                found[str(name)] = clause
        return found

    def parameters(self) -> dict[str, Parameter]:
        """Read every file under parameters/, named by its place."""
        folder = self.folder / "parameters"
        found: dict[str, Parameter] = {}
        for file in sorted(folder.rglob("*.yaml")):
            name = parameter_name(folder, file)
            parameter = self._attempt(partial(self._parameter, name, file))
            if parameter is not None:
                found[name] = parameter
        return found

    def _parameter(self, name: str, file: Path) -> Parameter:
        document = self._read(file)
        parameter, problems = check_parameter(name, document)
        self.cited.append(_Citing(name, parameter.cite, document, ("cite",)))
        self.problems += problems
        return parameter

    def rules(self, parameters: ParameterSchema) -> tuple[list[Rule], dict[str, FactType]]:
        """Read every rule file of the folder, in the order of their names, and what they note."""
        files = [file for file in sorted(self.folder.glob("*.yaml")) if file.name not in _NOT_RULES]
        if not files:
            what = "there are no rule files here"
            self.problems.append(Problem(str(self.folder), 1, 1, what, "add prospect.yaml ..."))
        texts: list[_Written] = []
        for file in files:
            texts += self._attempt(partial(self._file, file)) or []
        notes = self._notes(texts)
        kinds = {each.rule.for_each for each in texts}
        schemas = {kind: _schema(kind, notes) for kind in kinds}
        compiled = [self._rule(each, parameters, schemas) for each in texts]
        return [rule for rule in compiled if rule is not None], notes

    def _file(self, file: Path) -> list[_Written]:
        document = self._read(file)
        text = validate(RuleFile, document)
        stage = None if text.stage == "any" else text.stage
        written = [
            _Written(document, ("rules", index), rule, stage)
            for index, rule in enumerate(text.rules)
        ]
        for each in written:
            self._unique(each.document, each.place, each.rule)
        return written

    def _notes(self, texts: list[_Written]) -> dict[str, FactType]:
        """Return the type of each conclusion; all rules that draw it must agree."""
        notes: dict[str, FactType] = {}
        for each in texts:
            for name, value in (each.rule.then.set or {}).items():
                kind = FactType(_NOTE_TYPES[type(value)])
                if notes.setdefault(name, kind) != kind:
                    what = f"{name} is a {notes[name].type} elsewhere and a {kind.type} here"
                    place = (*each.place, "then", "set", name)
                    self.problems.append(each.document.problem(place, what, "use one type"))
        return notes

    def _unique(self, document: Document, place: Place, rule: RuleText) -> None:
        for name, key in ((rule.id, "id"), *((alias, "aliases") for alias in rule.aliases)):
            if name in self.files:
                what = f"two rules have the id {name}; the other is in {self.files[name]}"
                remedy = "give this one its own"
                self.problems.append(document.problem((*place, key), what, remedy))
            self.files[name] = document.file
        self.cited.append(_Citing(rule.id, rule.cite, document, (*place, "cite")))

    def _rule(
        self,
        written: _Written,
        parameters: ParameterSchema,
        schemas: Mapping[RowKind | None, Schema],
    ) -> Rule | None:
        document, place, rule = written.document, written.place, written.rule
        schema = schemas[rule.for_each]
        self.problems += _impossible(document, place, rule, written.stage)
        self.problems += _anchor(document, place, rule, schema)
        when, mistakes = parse(rule.when, schema, parameters)
        self.problems += [_placed(document, (*place, "when"), mistake) for mistake in mistakes]
        if when is None:
            return None
        return Rule(
            id=rule.id,
            name=rule.name,
            stage=written.stage,
            cite=rule.cite,
            because=rule.because,
            text=rule.when,
            when=when,
            then=rule.then,
            once_per=rule.once_per or ("row.id" if rule.for_each else None),
            for_each=rule.for_each,
            priority=rule.priority,
            max_actions=rule.max_actions,
            aliases=rule.aliases,
            accept=rule.accept,
            file=document.file,
            line=document.places[place][0],
        )

    def check_circles(self, rules: list[Rule]) -> None:
        """Complain of conclusions that depend on one another."""
        try:
            in_strata(rules)
        except Circle as circle:
            drawing = {name: rule for rule in rules for name in conclusions(rule)}
            at = drawing[circle.names[0]]
            what = f"these conclusions go in a circle: {circle}"
            remedy = "let one of these rules ask for something else"
            self.problems.append(Problem(at.file, at.line, 1, what, remedy))

    def check_citations(self, clauses: Mapping[str, ClauseText]) -> None:
        """Complain of every cited clause that clauses.yaml does not list."""
        for citing in self.cited:
            for unknown in (clause for clause in citing.clauses if clause not in clauses):
                close = get_close_matches(unknown, clauses, n=1)
                remedy = f"did you mean {close[0]}?" if close else "add it to clauses.yaml"
                what = f"{citing.name} cites {unknown}, which is not in clauses.yaml"
                self.problems.append(citing.document.problem(citing.place, what, remedy))

    def _read(self, file: Path) -> Document:
        return read_yaml(file, str(file.relative_to(self.folder.parent)))

    def _attempt(self, load: Callable[[], Loaded]) -> Loaded | None:
        try:
            return load()
        except Problems as error:
            self.problems += error.problems
            return None


def _schema(kind: RowKind | None, notes: Schema) -> Schema:
    """Return the facts that a rule may ask, with those of its rows when it looks at rows."""
    return {**fact_schema(), **notes, **(row_schema(kind) if kind else {})}


def _placed(document: Document, place: Place, mistake: Mistake) -> Problem:
    line, column = document.inside(place, mistake.line, mistake.column)
    return Problem(document.file, line, column, mistake.what, mistake.remedy)


def _impossible(
    document: Document, place: Place, rule: RuleText, stage: str | None
) -> list[Problem]:
    then, here = rule.then, (*place, "then")
    moves = [name for name in ("move_to", "suspend", "resume") if getattr(then, name)]
    partner_only = [*moves, *(["set"] if then.set else [])]
    problems = []
    if not then.model_fields_set:
        problems.append(document.problem(here, f"{rule.id} does nothing", "add a task or a move"))
    if len(moves) > 1:
        what = f"{rule.id} does {' and '.join(moves)} at once"
        problems.append(document.problem(here, what, "write one rule for each"))
    if partner_only and rule.for_each:
        what = f"{rule.id} looks at each {rule.for_each} and cannot {partner_only[0]}"
        problems.append(document.problem(here, what, "leave out for_each, or the move"))
    if then.move_to and then.move_to == stage:
        what = f"{rule.id} moves to the stage it is at"
        problems.append(document.problem((*here, "move_to"), what, "name another stage"))
    return problems


def _anchor(document: Document, place: Place, rule: RuleText, schema: Schema) -> list[Problem]:
    if rule.once_per is None or rule.once_per in schema:
        return []
    close = get_close_matches(rule.once_per, schema, n=2)
    remedy = f"did you mean {' or '.join(close)}?" if close else "name a fact"
    what = f"once_per: there is no fact {rule.once_per}"
    return [document.problem((*place, "once_per"), what, remedy)]
