"""What differs between audiences: rules that hold for some only, values, letters."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lifecycle.authoring.scope import AUDIENCES, audiences_of
from lifecycle.authoring.wording import in_unit
from lifecycle.deciding import shown
from lifecycle.drafting import Library
from lifecycle.rulebook import Parameter, Rule, Rulebook

__all__ = ["Audiences", "OwnValue", "audiences"]


@dataclass(frozen=True)
class OwnValue:
    """What a parameter is for each audience, from a day on, where they are not all alike."""

    parameter: str
    meaning: str
    first: date
    values: Sequence[str]


@dataclass(frozen=True)
class Audiences:
    """`rules` by the audiences for which they may hold, all four left out; `letters` by purpose
    with the audiences that have a voice of their own."""

    names: Sequence[str]
    rules: Mapping[tuple[str, ...], Sequence[Rule]]
    values: Sequence[OwnValue]
    letters: Mapping[str, Sequence[str]]


def audiences(rulebook: Rulebook, library: Library) -> Audiences:
    """Return all that is otherwise for one audience than for another."""
    named = sorted(rulebook.parameters.items())
    values = [value for name, each in named for value in _own_values(name, each)]
    return Audiences(AUDIENCES, _rules(rulebook), values, _letters(library))


def _rules(rulebook: Rulebook) -> dict[tuple[str, ...], list[Rule]]:
    found: dict[tuple[str, ...], list[Rule]] = defaultdict(list)
    for rule in sorted(rulebook.rules, key=lambda rule: rule.id):
        found[audiences_of(rule)].append(rule)
    some = sorted(found.keys() - {AUDIENCES, ()}, key=lambda each: (-len(each), each))
    return {each: found[each] for each in some}


def _own_values(name: str, parameter: Parameter) -> list[OwnValue]:
    spec = in_unit(name, parameter.unit)
    return [
        OwnValue(name, parameter.meaning, day, [shown(value[each], spec) for each in AUDIENCES])
        for day, value in parameter.values.items()
        if isinstance(value, Mapping) and len(set(value.values())) > 1
    ]


def _letters(library: Library) -> dict[str, list[str]]:
    voices: dict[str, set[str]] = defaultdict(set)
    for letter in library.templates:
        # The file says for whom it was written: emails/welcome/hnwi.en.md, or any.en.md.
        voices[letter.purpose].add(letter.file.rpartition("/")[2].partition(".")[0])
    return {
        purpose: [each for each in AUDIENCES if each in voices[purpose]]
        for purpose in library.purposes
    }
