"""What an overlay takes away and a rule that remains still asks for: parameters, conclusions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lifecycle.conditions import (
    FactType,
    ParameterSchema,
    ParameterType,
    fact_names,
    parameter_names,
)
from lifecycle.rulebook.compiling import note_types
from lifecycle.rulebook.errors import Mistakes
from lifecycle.rulebook.layering import Layered, Taken
from lifecycle.rulebook.model import ParameterText, RuleText
from lifecycle.rulebook.parameters import check_parameter, parameter_schema
from lifecycle.rulebook.rule import Rule

__all__ = ["Gone"]


@dataclass(frozen=True)
class Gone:
    """What no layer has any more, by name: its type, and where it was taken away.

    With the types, conditions that still ask for it can be read, and complained of where the
    mistake is: in the overlay.
    """

    parameters: ParameterSchema
    notes: Mapping[str, FactType]
    taken: Mapping[str, Taken]

    @classmethod
    def of(cls, whole: Layered, notes: Mapping[str, FactType]) -> "Gone":
        """Return what is gone from the layers, whose rules still draw the conclusions `notes`."""
        parameters: dict[str, ParameterType] = {}
        drawn: dict[str, FactType] = {}
        taken: dict[str, Taken] = {}
        for each in whole.taken:
            match each.before.text:
                case ParameterText() if each.before.id not in whole.parameters:
                    found = {each.before.id: check_parameter(each.before)[0]}
                    parameters.update(parameter_schema(found))
                    taken[each.before.id] = each
                case RuleText():
                    lost = {
                        name: kind
                        for name, kind in note_types([each.before], Mistakes()).items()
                        if name not in notes
                    }
                    drawn.update(lost)
                    taken.update(dict.fromkeys(lost, each))
        return cls(parameters, drawn, taken)

    def check(self, rules: Iterable[Rule], mistakes: Mistakes) -> None:
        """Complain of what some of the rules still ask for."""
        asking = {rule.id: _asked(rule) for rule in rules} if self.taken else {}
        for name, taken in self.taken.items():
            askers = sorted(rule for rule, asked in asking.items() if name in asked)
            if askers:
                before = taken.before.id
                only = "" if name == before else f", which only {before} concluded"
                what = f"{_ask(askers)} {name}{only}"
                remedy = "replace or retire what asks for it, or keep this"
                mistakes.append(taken.problem(what, remedy))


def _asked(rule: Rule) -> frozenset[str]:
    return fact_names(rule.when) | parameter_names(rule.when)


def _ask(rules: list[str]) -> str:
    *others, last = rules
    return f"{', '.join(others)} and {last} still ask for" if others else f"{last} still asks for"
