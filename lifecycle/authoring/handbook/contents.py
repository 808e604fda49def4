"""What the handbook says, in the order in which it says it: plain data for the page's template."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lifecycle.authoring.handbook.diagram import Diagram, draw
from lifecycle.authoring.scope import AUDIENCES
from lifecycle.authoring.wording import Phrase, Wording, actions, in_unit, when_once
from lifecycle.conditions import Function, Value, functions
from lifecycle.deciding import shown
from lifecycle.drafting import Library
from lifecycle.facts import STAGES, FactSpec, fact_specs
from lifecycle.plugins import Plugin, plugins
from lifecycle.rulebook import ClauseText, Parameter, Rule, Rulebook, RuleLayer

__all__ = ["Contents", "contents"]


@dataclass(frozen=True)
class RuleEntry:
    """One rule in words."""

    rule: Rule
    when: tuple[Phrase, ...]
    actions: Sequence[str]
    once: str


@dataclass(frozen=True)
class ParameterEntry:
    """A parameter: per day from which it holds, one value, or one per audience."""

    parameter: Parameter
    values: Sequence[tuple[date, Sequence[str]]]
    used_by: Sequence[str]


@dataclass(frozen=True)
class LetterEntry:
    """A purpose: kind and clauses, the voices it is written in per language, who asks for it."""

    purpose: str
    kind: str
    cite: Sequence[str]
    voices: Mapping[str, Sequence[str]]
    used_by: Sequence[str]


@dataclass(frozen=True)
class ClauseEntry:
    """A clause and the rules and parameters that rest on it."""

    name: str
    text: ClauseText
    rules: Sequence[str]
    parameters: Sequence[str]


@dataclass(frozen=True)
class Contents:
    """All of the handbook."""

    digest: str
    plugins: Mapping[str, Plugin]
    functions: Mapping[str, Function]
    audiences: Sequence[str]
    diagram: Diagram
    stages: Sequence[tuple[str, Sequence[RuleEntry]]]
    parameters: Sequence[ParameterEntry]
    facts: Mapping[str, Sequence[FactSpec]]
    languages: Sequence[str]
    letters: Sequence[LetterEntry]
    clauses: Mapping[str, ClauseEntry]
    overlays: Sequence[RuleLayer]


def contents(rulebook: Rulebook, library: Library, day: date) -> Contents:
    """Gather the handbook's contents, parameters with their values of `day`."""
    languages = sorted({letter.language for letter in library.templates})
    return Contents(
        digest=rulebook.digest,
        plugins={plugin.name: plugin for plugin in plugins()},
        functions=functions(),
        audiences=AUDIENCES,
        diagram=draw(rulebook),
        stages=[(stage or "any", _rules(rulebook, stage, day)) for stage in (*STAGES, None)],
        parameters=[_parameter(rulebook, name) for name in sorted(rulebook.parameters)],
        facts=_facts(),
        languages=languages,
        letters=[_letter(rulebook, library, each, languages) for each in library.purposes],
        clauses={name: _clause(rulebook, name) for name in rulebook.clauses},
        overlays=rulebook.layers[1:],
    )


def _rules(rulebook: Rulebook, stage: str | None, day: date) -> list[RuleEntry]:
    wording = Wording(rulebook, day)
    here = sorted(
        (rule for rule in rulebook.rules if rule.stage == stage), key=lambda rule: rule.id
    )
    return [RuleEntry(rule, wording.when(rule), actions(rule), when_once(rule)) for rule in here]


def _parameter(rulebook: Rulebook, name: str) -> ParameterEntry:
    parameter = rulebook.parameters[name]
    spec = in_unit(name, parameter.unit)
    used = [rule.id for rule in rulebook.rules if f'param("{name}"' in rule.text]
    values = [(day, _by_audience(value, spec)) for day, value in parameter.values.items()]
    return ParameterEntry(parameter, values, sorted(used))


def _by_audience(value: Value | Mapping[str, Value], spec: FactSpec) -> list[str]:
    if isinstance(value, Mapping):
        return [shown(value[audience], spec) for audience in AUDIENCES]
    return [shown(value, spec)]


def _facts() -> dict[str, list[FactSpec]]:
    families: dict[str, list[FactSpec]] = defaultdict(list)
    for name, spec in fact_specs().items():
        family, dot, _ = name.partition(".")
        families[family if dot else "standing"].append(spec)
    return dict(families)


def _letter(
    rulebook: Rulebook, library: Library, purpose: str, languages: Sequence[str]
) -> LetterEntry:
    voices: dict[str, list[str]] = {language: [] for language in languages}
    letters = [letter for letter in library.templates if letter.purpose == purpose]
    for letter in letters:
        # The file says for whom it was written: emails/welcome/hnwi.en.md, or any.en.md.
        voice = letter.file.rpartition("/")[2].partition(".")[0]
        if voice not in voices[letter.language]:
            voices[letter.language].append(voice)
    used = sorted(rule.id for rule in rulebook.rules if rule.then.draft == purpose)
    return LetterEntry(purpose, letters[0].kind, letters[0].cite, voices, used)


def _clause(rulebook: Rulebook, name: str) -> ClauseEntry:
    rules = sorted(rule.id for rule in rulebook.rules if name in rule.cite)
    parameters = sorted(each for each, one in rulebook.parameters.items() if name in one.cite)
    return ClauseEntry(name, rulebook.clauses[name], rules, parameters)
