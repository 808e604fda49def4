"""Cases as policy owners write them beside the rules: facts, a day, and what must come of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lifecycle.authoring.case_text import Case, CaseText
from lifecycle.conditions import LARGEST, Facts, FactType, Schema, Value, ValueType
from lifecycle.deciding.anchors import as_text
from lifecycle.facts import RowKind, fact_schema, row_schema
from lifecycle.rulebook import Rule, Rulebook, RuleLayer, load_rulebook
from partner_lifecycle import Problem, Problems
from partner_lifecycle.names import did_you_mean
from partner_lifecycle.strict_yaml import Document, read_yaml
from partner_lifecycle.strict_yaml import Path as Place
from partner_lifecycle.validating import validate

__all__ = ["CaseProblems", "load_cases"]

_PYTHON: Mapping[ValueType, type] = {
    ValueType.TEXT: str,
    ValueType.NUMBER: int,
    ValueType.BOOLEAN: bool,
    ValueType.DATE: date,
}


class CaseProblems(Problems):
    """The cases cannot be run as they are written; every mistake is listed with its place."""


def load_cases(rulebook: Rulebook) -> list[Case]:
    """Read every case under examples/ of every layer, each against the rules up to that layer.

    A file named as a rule holds cases of that rule (`fires: true`); any file may hold whole cases
    (`expects:`). Raises CaseProblems with every mistake: file, line, column, what, what to write.
    """
    cases: list[Case] = []
    problems: list[Problem] = []
    for layer in rulebook.layers:
        problems += _retired(layer, [case.name for case in cases])
        reading = _Reading(layer, _up_to(layer, rulebook), rulebook)
        files = sorted((layer.folder / "examples").glob("*.yaml"))
        cases += [case for file in files for case in reading(file)]
        problems += reading.problems
    if problems:
        count = len(problems)
        raise CaseProblems(f"the cases have {count} mistake{'s'[: count > 1]}", problems)
    return cases


def _up_to(layer: RuleLayer, rulebook: Rulebook) -> Rulebook:
    """Return the rulebook as a layer knows it: a case may speak of what is retired above."""
    base, *overlays = rulebook.layers[: rulebook.layers.index(layer) + 1]
    if layer is rulebook.layers[-1]:
        return rulebook
    return load_rulebook(base.folder, [overlay.folder for overlay in overlays])


def _retired(layer: RuleLayer, known: Sequence[str]) -> Iterator[Problem]:
    """Complain of cases that an overlay retires and no layer below it has."""
    for name in layer.retired_cases:
        if name not in known:
            document = read_yaml(layer.folder / "overlay.yaml", f"{layer.label}/overlay.yaml")
            what = f"there is no case of this name to retire: {name}"
            yield document.problem(("retires", "cases", name), what, did_you_mean(name, known))


class _Reading:
    """One reading of all cases of a layer."""

    def __init__(self, layer: RuleLayer, rulebook: Rulebook, whole: Rulebook) -> None:
        self.layer = layer
        self.rulebook = rulebook
        self.schema: Schema = {**fact_schema(), **rulebook.notes}
        firsts = [min(each.values) for each in whole.parameters.values()]
        self.first_day = max(firsts, default=date.min)
        self.problems: list[Problem] = []

    def __call__(self, file: Path) -> Iterator[Case]:
        """Yield the cases of a file; its mistakes are added to `problems`."""
        try:
            document = read_yaml(file, f"{self.layer.label}/examples/{file.name}")
        except Problems as error:
            self.problems += error.problems
            return
        if not isinstance(document.data, list):
            self._complain(document, (), "this is not a list of cases", "write `- name: ...`")
            return
        name = self.rulebook.renamed.get(file.stem, file.stem)
        rule = self.rulebook.by_id.get(name)
        names: dict[str, int] = {}
        for index in range(len(document.data)):
            case = self._case(document, (index,), rule)
            if case is not None and self._is_new(document, (index,), case.name, names):
                yield case

    def _is_new(self, document: Document, at: Place, name: str, names: dict[str, int]) -> bool:
        """Complain of a case whose name another of its file has: reports tell cases by name."""
        line = document.places[at][0]
        other = names.setdefault(name, line)
        if other != line:
            what = f"two cases are called {name}; the other is in line {other}"
            self._complain(document, (*at, "name"), what, "give this one its own name")
        return other == line

    def _case(self, document: Document, at: Place, rule: Rule | None) -> Case | None:
        try:
            text = validate(CaseText, document, at)
        except Problems as error:
            self.problems += error.problems
            self._facts_of_broken(document, at, rule)
            return None
        before = len(self.problems)
        if text.fires is not None and rule is None:
            stem = Path(document.file).stem
            remedy = did_you_mean(stem, self.rulebook.by_id, "write `expects:`")
            self._complain(document, (*at, "fires"), "the file is not named as a rule", remedy)
        if (text.fires is None) is (text.expects is None):
            self._complain(document, at, "a case has either `fires:` or `expects:`", "write one")
        rows = self._rows(document, at, text, rule)
        self._values(document, (*at, "facts"), text.facts, self._asked(text, rule))
        self._day(document, at, text.today)
        self._rules(document, at, text)
        if len(self.problems) > before:
            return None
        return Case(
            name=text.name,
            today=text.today,
            rule=rule if text.fires is not None else None,
            facts={**text.facts, **_as_row(text.row or {})},
            rows=rows,
            acted={rule_id: as_text(anchor) for rule_id, anchor in text.acted.items()},
            fires=text.fires,
            expects=text.expects,
            file=document.file,
            line=document.places[at][0],
            layer=self.layer.name,
        )

    def _facts_of_broken(self, document: Document, at: Place, rule: Rule | None) -> None:
        """Look at the facts of a case that cannot be used for another reason."""
        data = document.data_at(at)
        facts = data.get("facts") if isinstance(data, dict) else None
        if isinstance(facts, dict) and all(isinstance(name, str) for name in facts):
            row = row_schema(rule.for_each) if rule and rule.for_each else {}
            self._values(document, (*at, "facts"), facts, {**self.schema, **row})

    def _asked(self, text: CaseText, rule: Rule | None) -> Schema:
        kind = rule.for_each if rule and text.fires is not None else None
        return {**self.schema, **(row_schema(kind) if kind else {})}

    def _rows(
        self, document: Document, at: Place, text: CaseText, rule: Rule | None
    ) -> dict[RowKind, tuple[Facts, ...]]:
        kind = rule.for_each if rule else None
        if text.row is not None and text.fires is not None and kind:
            self._values(document, (*at, "row"), _as_row(text.row), row_schema(kind), 4)
        elif text.row is not None:
            remedy = "write `rows: {gift: [...]}` in a whole case"
            self._complain(document, (*at, "row"), "no rule looks at this row", remedy)
        for name, rows in text.rows.items():
            for index, row in enumerate(rows):
                place = (*at, "rows", name, index)
                self._values(document, place, _as_row(row), row_schema(name), 4)
        return {name: tuple(map(_as_row, rows)) for name, rows in text.rows.items()}

    def _values(
        self,
        document: Document,
        at: Place,
        values: Mapping[str, Any],
        schema: Schema,
        prefix: int = 0,
    ) -> None:
        for name, value in values.items():
            place = (*at, name[prefix:])
            if name not in schema:
                what = f"there is no fact {name[prefix:]}"
                known = [each[prefix:] for each in schema]
                self._complain(document, place, what, did_you_mean(name[prefix:], known))
            elif wrong := _wrong(value, schema[name]):
                self._complain(document, place, f"{name[prefix:]} {wrong[0]}", wrong[1])

    def _day(self, document: Document, at: Place, day: date) -> None:
        if day < self.first_day:
            what = f"before {self.first_day} not all parameters have a value"
            remedy = "write a later day, or add earlier values to parameters"
            self._complain(document, (*at, "today"), what, remedy)

    def _rules(self, document: Document, at: Place, text: CaseText) -> None:
        named = [((*at, "acted", each), each) for each in text.acted]
        if text.expects is not None:
            lists = ("moves", "fires", "silent")
            for part in lists:
                given = getattr(text.expects, part) or ()
                named += [((*at, "expects", part, n), each) for n, each in enumerate(given)]
            named += [((*at, "expects", "why_not", each), each) for each in text.expects.why_not]
        for place, rule_id in named:
            if rule_id not in self.rulebook.by_id:
                remedy = did_you_mean(rule_id, self.rulebook.by_id)
                self._complain(document, place, f"there is no rule {rule_id}", remedy)

    def _complain(self, document: Document, place: Place, what: str, remedy: str) -> None:
        self.problems.append(document.problem(place, what, remedy))


def _as_row(row: Mapping[str, Value]) -> dict[str, Value]:
    return {f"row.{name}": value for name, value in row.items()}


def _wrong(value: Any, fact: FactType) -> tuple[str, str] | None:
    """Return what is wrong with a value given for a fact, and what to write."""
    if value is None:
        return None
    if type(value) is not _PYTHON[fact.type]:
        return f"is a {fact.type}, and this is none", "leave the fact out where it is missing"
    if isinstance(value, int) and abs(value) > LARGEST:
        return "is larger than 2^53", "write a smaller number"
    if fact.values and value not in fact.values:
        hint = did_you_mean(str(value), fact.values)
        return f"is never {value!r}", f"{hint} it is one of: {', '.join(fact.values)}".lstrip()
    return None
