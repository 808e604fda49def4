"""A condition in plain words: what it is about, what was seen, and what is needed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from lifecycle.conditions import Facts, Parameters, Value, read_native
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

__all__ = ["NEEDS", "NEEDS_DATE", "Words", "about", "shown", "spec_of"]

NEEDS = {
    "==": "{}",
    "!=": "anything but {}",
    "<": "less than {}",
    "<=": "at most {}",
    ">": "more than {}",
    ">=": "at least {}",
}
NEEDS_DATE = {"<": "before {}", "<=": "by {}", ">": "after {}", ">=": "from {} on"}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}

Specs = Mapping[str, FactSpec]


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
class Words:
    """Says in words what a condition asks, with the parameters of a day."""

    parameters: Parameters
    specs: Specs

    def explain(self, node: Node, facts: Facts) -> tuple[str, str, str]:
        """Return what a condition is about, what was seen there, and what it needs."""
        if not isinstance(node, Or | And):
            return self._single(node, facts)
        leaves = [self._single(leaf, facts) for leaf in _leaves(node)]
        abouts = list(dict.fromkeys(subject for subject, _, _ in leaves))
        if len(abouts) == 1:
            return abouts[0], leaves[0][1], self._asked(node, facts, named=False)
        seen = dict.fromkeys(f"{subject}: {value}" for subject, value, _ in leaves)
        return " / ".join(abouts), "; ".join(seen), self._asked(node, facts, named=True)

    def _single(self, node: Node, facts: Facts) -> tuple[str, str, str]:
        subject, need = self._need(node, facts)
        value = read_native(subject, self.parameters)(facts)
        return about(subject, self.specs), shown(value, spec_of(subject, self.specs)), need

    def _asked(self, node: Node, facts: Facts, *, named: bool) -> str:
        match node:
            case Or(parts):
                each = [self._asked(part, facts, named=named) for part in parts]
                return ", or ".join(each) if named else " or ".join(each)
            case And(parts):
                return " and ".join(self._asked(part, facts, named=named) for part in parts)
        subject, _, need = self._single(node, facts)
        return f"{subject} {need}" if named else need

    def _need(self, node: Node, facts: Facts) -> tuple[Node, str]:
        """Return what a single condition is about, and what it asks of it."""
        match node:
            case Not(item):
                return self._opposite(item, facts)
            case Missing(item):
                return item, "none"
            case OneOf(item, options):
                return item, _one_of(options, spec_of(item, self.specs))
            case Compare(symbol, left, right):
                if isinstance(left, Literal | Parameter):
                    return right, self._compared(_TURNED[symbol], right, left, facts)
                return left, self._compared(symbol, left, right, facts)
        return node, "yes"

    def _opposite(self, item: Node, facts: Facts) -> tuple[Node, str]:
        match item:
            case Missing(inner):
                return inner, "to be known"
            case OneOf(inner, options):
                return inner, f"none of {_one_of(options, spec_of(inner, self.specs))}"
            case Compare():
                subject, need = self._need(item, facts)
                return subject, f"not {need}"
        return item, "no"

    def _compared(self, symbol: str, left: Node, right: Node, facts: Facts) -> str:
        value = read_native(right, self.parameters)(facts)
        forms = NEEDS_DATE if isinstance(value, date) and symbol in NEEDS_DATE else NEEDS
        need = forms[symbol].format(shown(value, spec_of(left, self.specs)))
        return f"{need} ({about(right, self.specs)})" if isinstance(right, Fact) else need


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
            return spec.meaning if spec else name
        case Arithmetic(operator, left, right):
            word = {"+": "plus", "-": "minus", "*": "times"}[operator]
            return f"{about(left, specs)} {word} {about(right, specs)}"
        case Literal(value):
            return shown(value, None)
        case Call(function, arguments):
            of = ", ".join(about(each, specs) for each in arguments)
            return f"{function.replace('_', ' ')} of {of}"
        case Parameter(name):
            return name.replace(".", " ").replace("_", " ")
    return "all of this"
