"""The figures that a report owes, and where each comes from: indicators.yaml of every layer.

They are listed here, not computed: that what they need is recorded is checked, so that a report can
be drawn up later of all that was recorded until then.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lifecycle.facts import fact_specs
from lifecycle.rulebook import Rulebook, RulebookError
from lifecycle.rulebook.model import Dotted
from partner_lifecycle import Problem, Problems
from partner_lifecycle.names import did_you_mean
from partner_lifecycle.strict_yaml import Document, read_yaml
from partner_lifecycle.validating import validate
from partner_lifecycle.views import VIEWS

__all__ = ["TYPES", "Indicator", "load_indicators"]

TYPES = VIEWS["gift"].columns["partnership_type"].values
"""The types of partnership."""
_COLUMNS = tuple(f"{view}.{name}" for view, each in VIEWS.items() for name in each.columns)


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


_Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
_Sentence = Annotated[str, Field(min_length=1)]


class Indicator(BaseModel):
    """One figure: what it says, what is counted, and of which columns, facts and parameters.

    `type` is the type of partnership that it is about. `given` is what no record of partners holds,
    by name with its meaning: whoever draws up the report gives it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    number: Annotated[int, Field(ge=1)]
    name: Dotted
    type: str | None = None
    cite: Annotated[_Texts, Field(min_length=1)]
    says: _Sentence
    counts: _Sentence
    unit: _Sentence
    columns: Annotated[_Texts, Field(min_length=1)]
    facts: _Texts = ()
    parameters: _Texts = ()
    given: dict[str, _Sentence] = {}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    indicators: list[Any]


@dataclass(frozen=True)
class _Placed:
    indicator: Indicator
    document: Document
    number: int

    def problem(self, key: str, what: str, remedy: str) -> Problem:
        return self.document.problem(("indicators", self.number, key), what, remedy)


def load_indicators(rulebook: Rulebook) -> tuple[Indicator, ...]:
    """Read indicators.yaml of every layer against views, facts, parameters and clauses.

    An overlay adds indicators; it takes none away. None where no layer has the file. Raises
    RulebookError with every mistake found: file, line, column, what, what to write.
    """
    problems: list[Problem] = []
    placed = list(_read(rulebook, problems))
    problems += [problem for each in placed for problem in _unknown(each, rulebook)]
    problems += _twice(placed)
    if problems:
        raise RulebookError("the indicators cannot be used", problems)
    return tuple(each.indicator for each in placed)


def _read(rulebook: Rulebook, problems: list[Problem]) -> Iterator[_Placed]:
    for layer in rulebook.layers:
        file = layer.folder / "indicators.yaml"
        if not file.is_file():
            continue
        try:
            document = read_yaml(file, f"{layer.label}/{file.name}")
            found = validate(_File, document).indicators
        except Problems as error:
            problems += error.problems
            continue
        for number in range(len(found)):
            try:
                indicator = validate(Indicator, document, ("indicators", number))
            except Problems as error:
                problems += error.problems
            else:
                yield _Placed(indicator, document, number)


def _unknown(placed: _Placed, rulebook: Rulebook) -> Iterator[Problem]:
    indicator = placed.indicator
    asked: tuple[tuple[str, str, Iterable[str], Collection[str]], ...] = (
        ("type", "type of partnership", filter(None, [indicator.type]), TYPES),
        ("cite", "clause", indicator.cite, rulebook.clauses),
        ("columns", "column", indicator.columns, _COLUMNS),
        ("facts", "fact", indicator.facts, fact_specs()),
        ("parameters", "parameter", indicator.parameters, rulebook.parameters),
    )
    for key, noun, names, known in asked:
        for name in (each for each in names if each not in known):
            remedy = did_you_mean(name, known, "name one that is there")
            yield placed.problem(key, f"there is no {noun} {name}", remedy)


def _twice(placed: list[_Placed]) -> Iterator[Problem]:
    for key in ("number", "name"):
        seen: set[object] = set()
        for each in placed:
            value = getattr(each.indicator, key)
            if value in seen:
                what = f"two indicators have the {key} {value}"
                yield each.problem(key, what, "give this one its own; an overlay replaces none")
            seen.add(value)
