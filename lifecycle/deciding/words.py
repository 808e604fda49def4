"""A condition in plain words: what it is about, what was seen, and what is needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lifecycle.conditions import Facts, Parameters, Value, ValueType, fact_names, read_native
from lifecycle.conditions.tree import (
    And,
    Arithmetic,
    Call,
    Compare,
    Fact,
    Literal,
    Missing,
    Node,
    Not,
    OneOf,
    Or,
    Parameter,
)
from lifecycle.facts import FactSpec
from partner_lifecycle.views import ColumnType

__all__ = ["NEEDS", "NEEDS_DATE", "Told", "Words", "about", "shown", "spec_of"]

NEEDS = {
    "==": "{}",
    "!=": "anything but {}",
    "<": "less than {}",
    "<=": "at most {}",
    ">": "more than {}",
    ">=": "at least {}",
}
NEEDS_DATE = {"<": "before {}", "<=": "by {}", ">": "after {}", ">=": "from {} on"}
_NEEDS_TODAY = {
    "<": "in the past",
    "<=": "today or earlier",
    ">": "in the future",
    ">=": "today or later",
    "==": "today",
}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}

Specs = Mapping[str, FactSpec]
Say = Callable[[Facts], str]


def shown(value: Value, spec: FactSpec | None) -> str:
    """Return a value as staff read it: money with its currency, days with their unit."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return _number(value, spec)
    if isinstance(value, date):
        return value.isoformat()
    return value.replace("_", " ") if spec is not None and spec.values else value


def _number(value: int, spec: FactSpec | None) -> str:
    if spec is not None and spec.column_type is ColumnType.CENTS:
        currency = "US$ " if "US$" in spec.unit else ""
        return f"{currency}{value / 100:,.2f}".removesuffix(".00")
    unit = spec.unit if spec is not None and spec.unit == "days" else ""
    return f"{value:,} {unit}".strip()


@dataclass(frozen=True)
class Told:
    """What a condition is about, and how to say what is seen there and what it needs."""

    about: str
    seen: Say
    needed: Say


@dataclass(frozen=True)
class Words:
    """Says in words what a condition asks, with the parameters of a day."""

    parameters: Parameters
    specs: Specs

    def of(self, node: Node) -> Told:
        """Return how to tell about a condition; what does not depend on facts is said once."""
        if not isinstance(node, Or | And):
            return self._single(node)
        leaves = [self._single(leaf) for leaf in _leaves(node)]
        abouts = list(dict.fromkeys(leaf.about for leaf in leaves))
        if len(abouts) == 1:
            return Told(abouts[0], leaves[0].seen, self._asked(node, named=False))

        def seen(facts: Facts) -> str:
            return "; ".join(dict.fromkeys(f"{leaf.about}: {leaf.seen(facts)}" for leaf in leaves))

        either = "one of these" if isinstance(node, Or) else "all of these"
        return Told(either, seen, self._asked(node, named=True))

    def _single(self, node: Node) -> Told:
        subject, needed = self._need(node)
        value, spec = read_native(subject, self.parameters), spec_of(subject, self.specs)
        return Told(about(subject, self.specs), lambda facts: shown(value(facts), spec), needed)

    def _asked(self, node: Node, *, named: bool) -> Say:
        match node:
            case Or(parts):
                return _joined(
                    "; or " if named else " or ", [self._asked(part, named=named) for part in parts]
                )
            case And(parts):
                return _joined(" and ", [self._asked(part, named=named) for part in parts])
        told = self._single(node)
        return (lambda facts: f"{told.about} {told.needed(facts)}") if named else told.needed

    def _need(self, node: Node) -> tuple[Node, Say]:
        """Return what a single condition is about, and what it asks of it."""
        match node:
            case Not(item):
                return self._opposite(item)
            case Missing(item):
                return item, _always("none")
            case OneOf(item, options):
                return item, _always(_one_of(options, spec_of(item, self.specs)))
            case Compare(symbol, left, right):
                if isinstance(left, Literal | Parameter):
                    return right, self._compared(_TURNED[symbol], right, left)
                return left, self._compared(symbol, left, right)
        return node, _always("yes")

    def _opposite(self, item: Node) -> tuple[Node, Say]:
        match item:
            case Missing(inner):
                return inner, _always("to be known")
            case OneOf(inner, options):
                return inner, _always(f"none of {_one_of(options, spec_of(inner, self.specs))}")
            case Compare():
                subject, need = self._need(item)
                return subject, lambda facts: f"not {need(facts)}"
        return item, _always("no")

    def _compared(self, symbol: str, left: Node, right: Node) -> Say:
        if isinstance(right, Fact) and right.name == "today" and symbol in _NEEDS_TODAY:
            return _always(_NEEDS_TODAY[symbol])
        value, spec = read_native(right, self.parameters), spec_of(left, self.specs)
        named = f" ({about(right, self.specs)})" if isinstance(right, Fact) else ""

        def needed(facts: Facts) -> str:
            asked = value(facts)
            forms = NEEDS_DATE if isinstance(asked, date) and symbol in NEEDS_DATE else NEEDS
            return forms[symbol].format(shown(asked, spec)) + named

        return needed if fact_names(right) else _always(needed({}))


def _always(text: str) -> Say:
    return lambda _facts: text


def _joined(word: str, each: Sequence[Say]) -> Say:
    return lambda facts: word.join(say(facts) for say in each)


def _leaves(node: Node) -> Iterator[Node]:
    if isinstance(node, Or | And):
        for part in node.parts:
            yield from _leaves(part)
    else:
        yield node


def _one_of(options: tuple[Literal, ...], spec: FactSpec | None) -> str:
    return " or ".join(shown(option.value, spec) for option in options)


def spec_of(node: Node, specs: Specs) -> FactSpec | None:
    """Return the fact by whose unit a value is shown."""
    match node:
        case Fact(name):
            return specs.get(name)
        case Arithmetic(_, left, _):
            return spec_of(left, specs) if node.type is left.type else None
    return None


def about(node: Node, specs: Specs) -> str:
    """Return what a value is about."""
    match node:
        case Fact(name):
            spec = specs.get(name)
            return spec.meaning if spec else name.removeprefix("note.").replace("_", " ")
        case Arithmetic(operator, left, right):
            word = {"+": "plus", "-": "minus", "*": "times"}[operator]
            return f"{about(left, specs)} {word} {about(right, specs)}"
        case Literal(value):
            return shown(value, None)
        case Call():
            return _called(node, specs)
        case Parameter(name):
            return name.replace(".", " ").replace("_", " ")
    return "all of this"


def _called(node: Call, specs: Specs) -> str:
    """Say a question as a sentence ("name ends with “Ltd”"), any other function as "year of"."""
    said = node.function.rpartition(".")[2].replace("_", " ")
    given = [
        f"“{each.value}”"
        if isinstance(each, Literal) and each.type is ValueType.TEXT
        else about(each, specs)
        for each in node.arguments
    ]
    if node.type is ValueType.BOOLEAN and len(given) > 1:
        return f"{given[0]} {said} {', '.join(given[1:])}"
    return f"{said} of {', '.join(given)}"
