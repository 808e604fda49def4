"""A rule in plain words, for every audience at once, with the parameters of a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lifecycle.authoring.quantities import OPPOSITE, TURNED, needed
from lifecycle.authoring.scope import audiences_of
from lifecycle.authoring.together import may_be_missing
from lifecycle.conditions import Node, Value, ValueType
from lifecycle.conditions.tree import (
    And,
    Arithmetic,
    Call,
    Compare,
    Comparison,
    Fact,
    Literal,
    Missing,
    Not,
    OneOf,
    Or,
    Parameter,
)
from lifecycle.deciding.words import NEEDS, NEEDS_DATE, about, shown, spec_of
from lifecycle.facts import FactSpec, fact_specs, row_specs
from lifecycle.rulebook import Rule, Rulebook
from partner_lifecycle.views import ColumnType

__all__ = ["Phrase", "Wording", "actions", "in_unit", "when_once"]

_TIMES = {"+": "plus", "-": "minus", "*": "times"}


@dataclass(frozen=True)
class Phrase:
    """One condition in words: what it is about and what it needs.

    With `parts` it is a heading over several conditions, of which all (or one) must hold.
    """

    about: str
    need: str = ""
    parts: tuple["Phrase", ...] = ()

    def lines(self, indent: int = 0) -> list[str]:
        """Return it as lines of text, the parts below it set in."""
        own = "  " * indent + (f"{self.about}: {self.need}" if self.need else f"{self.about}:")
        return [own, *(line for part in self.parts for line in part.lines(indent + 1))]


class Wording:
    """Says conditions in words, with the parameters of a day by audience."""

    def __init__(self, rulebook: Rulebook, day: date) -> None:
        self._parameters = rulebook.on(day)
        self._units = {name: each.unit for name, each in rulebook.parameters.items()}

    def when(self, rule: Rule) -> tuple[Phrase, ...]:
        """Return the conditions of a rule, all of which must hold."""
        specs = {**fact_specs(), **(row_specs(rule.for_each) if rule.for_each else {})}
        saying = _Saying(self._parameters, self._units, specs, audiences_of(rule))
        return tuple(saying.phrase(node) for node in rule.own_conditions)


@dataclass(frozen=True)
class _Saying:
    """The words for one rule, which looks at some audiences only."""

    parameters: Mapping[str, Value | Mapping[str, Value]]
    units: Mapping[str, str]
    specs: Mapping[str, FactSpec]
    audiences: Sequence[str]

    def phrase(self, node: Node, negative: bool = False) -> Phrase:
        match node:
            case Not(item):
                return self.phrase(item, not negative)
            case And(parts) | Or(parts):
                every = isinstance(node, And) is not negative
                heading = "all of these" if every else "one of these"
                return Phrase(heading, "", tuple(self.phrase(part, negative) for part in parts))
        return Phrase(*self._need(node, negative))

    def _need(self, node: Node, negative: bool) -> tuple[str, str]:
        match node:
            case Missing(item):
                return self._about(item), "known" if negative else "not known"
            case OneOf(item, options):
                each = " or ".join(self._value(option, item) for option in options)
                return self._about(item), f"none of {each}" if negative else each
            case Compare(symbol, left, right):
                if isinstance(left, Literal | Parameter):
                    return self._about(right), self._compared(TURNED[symbol], right, left, negative)
                return self._about(left), self._compared(symbol, left, right, negative)
        return self._about(node), "no" if negative else "yes"

    def _compared(self, symbol: Comparison, left: Node, right: Node, negative: bool) -> str:
        symbol = OPPOSITE[symbol] if negative else symbol
        is_day = left.type is not None and left.type.value == "date"
        forms = NEEDS_DATE if is_day and symbol in NEEDS_DATE else NEEDS
        need = forms[symbol].format(self._value(right, left))
        unsure = negative and any(map(may_be_missing, needed(left)))
        return f"{need}, or not known" if unsure else need

    def _about(self, node: Node) -> str:
        is_today = isinstance(node, Fact) and node.name == "today"
        return "today" if is_today else _plain(about(node, self.specs))

    def _value(self, node: Node, beside: Node) -> str:
        match node:
            case Literal(value) if isinstance(beside, Call):
                return str(value)
            case Literal(value):
                return shown(value, spec_of(beside, self.specs))
            case Parameter(name, _, audience):
                return self._parameter(name, audience)
            case Arithmetic():
                return self._sum(node, beside)
            case Fact(name) if name != "today":
                return f"the {self._about(node)}"
        return self._about(node)

    def _sum(self, node: Arithmetic, beside: Node) -> str:
        if node.operator == "-" and node.left == Literal(0, ValueType.NUMBER):
            return f"minus {self._value(node.right, beside)}"
        left, right = self._value(node.left, node), self._value(node.right, node)
        return f"{left} {_TIMES[node.operator]} {right}"

    def _parameter(self, name: str, audience: Node | None) -> str:
        given, spec = self.parameters[name], in_unit(name, self.units[name])
        if not isinstance(given, Mapping):
            return shown(given, spec)
        if isinstance(audience, Literal):
            return shown(given[str(audience.value)], spec)
        groups: dict[str, list[str]] = {}
        for each in self.audiences or given:
            groups.setdefault(shown(given[each], spec), []).append(each)
        if len(groups) == 1:
            return next(iter(groups))
        return ", ".join(f"{value} ({', '.join(those)})" for value, those in groups.items())


def _plain(meaning: str) -> str:
    """Return a meaning without the colon that sets off its family: that one is for what follows."""
    return meaning.replace(": ", " · ")


def in_unit(name: str, unit: str) -> FactSpec:
    """Return something by whose unit a parameter's value is shown."""
    kind = ColumnType.CENTS if "cents" in unit else ColumnType.INTEGER
    return FactSpec(name, kind, name, unit)


def actions(rule: Rule) -> list[str]:
    """Return what a rule does, one sentence for each thing."""
    then = rule.then
    said = [f"moves the partner to {then.move_to}"] if then.move_to else []
    if then.suspend:
        said.append("suspends the partner")
    if then.resume:
        said.append("ends the suspension")
    if then.task:
        urgency = (
            "" if then.task.priority == "Normal" else f", {then.task.priority.lower()} priority"
        )
        days = f"due in {then.task.due_in_days} day{'s'[: then.task.due_in_days != 1]}"
        said.append(f"gives the owner a task: “{then.task.subject}” ({days}{urgency})")
    if then.draft:
        said.append(f"drafts a letter: {then.draft.replace('_', ' ')}")
    if then.flag:
        said.append(f"shows staff: “{then.flag}”")
    if then.suppress:
        said.append("withholds letters")
    for name, value in (then.set or {}).items():
        said.append(f"notes {name} = {shown(value, None)}")
    return said


def when_once(rule: Rule) -> str:
    """Return how often a rule acts; empty when it does nothing that happens once."""
    if not (rule.then.task or rule.then.draft or rule.then.move_to):
        return ""
    if rule.for_each and rule.once_per == "row.id":
        return f"once for each {rule.for_each}"
    if rule.once_per is None:
        return "once per stay in the stage"
    specs = {**fact_specs(), **(row_specs(rule.for_each) if rule.for_each else {})}
    spec = specs.get(rule.once_per)
    meaning = spec.meaning if spec else rule.once_per
    is_row = rule.once_per.endswith(".id")
    return f"once for each {meaning.partition(':')[0] if is_row else _plain(meaning)}"
