"""Whether conditions can hold together at all: what each of them asks of one quantity, put side by
side.

It knows numbers, days, texts of a few values, true and false, and what is missing. What it does not
look into (products of facts, parts of texts) it takes to be possible: "impossible" can be relied
upon, "possible" may err.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence

from lifecycle.authoring.domains import Asked, Domain, Texts
from lifecycle.authoring.quantities import (
    EVERYTHING,
    OPPOSITE,
    TURNED,
    Limits,
    counted,
    limits,
    linear,
    needed,
    ordered,
)
from lifecycle.authoring.together import never_negative
from lifecycle.conditions import LARGEST, Node, Value, ValueType
from lifecycle.conditions.tree import (
    And,
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

__all__ = ["implies", "possible"]

_MOST_STEPS = 4_000
_Wanted = tuple[Node, bool]
"""A condition, and whether it is to hold."""
_Choice = Sequence[_Wanted]


def possible(conditions: Iterable[Node], values: Mapping[str, Value] | None = None) -> bool:
    """Return False when the conditions can never hold together.

    `values` are parameters to count with; any others may have any value.
    """
    search = _Search(values or {})
    return search.succeeds([(node, True) for node in conditions], Asked(), ())


def implies(these: Iterable[Node], that: Node) -> bool:
    """Return True when `that` holds wherever all of `these` do, whatever the parameters are."""
    return not possible([*these, Not(that)])


class _Search:
    """Tries every way in which conditions may hold, up to a number of steps."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values
        self.steps = 0

    def succeeds(self, todo: Sequence[_Wanted], asked: Asked, choices: Sequence[_Choice]) -> bool:
        """Return whether all of `todo`, and one of each of `choices`, can hold beside `asked`.

        The choices wait until what is certain has narrowed them down.
        """
        left, waiting = list(todo), list(choices)
        while left:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                return True
            node, wanted = left.pop()
            match node:
                case Literal(value):
                    if bool(value) is not wanted:
                        return False
                case Not(item):
                    left.append((item, not wanted))
                case And(parts) | Or(parts):
                    each = [(part, wanted) for part in parts]
                    if isinstance(node, And) is wanted:
                        left += each
                    else:
                        waiting.append(each)
                case _:
                    narrowed = self._narrowed(node, wanted, asked)
                    if narrowed is None or narrowed.contradicts:
                        return False
                    asked = narrowed
        if not waiting:
            return True
        return any(self.succeeds([one], asked, waiting[1:]) for one in waiting[0])

    def _narrowed(self, node: Node, wanted: bool, asked: Asked) -> Asked | None:
        match node:
            case Missing(Fact(name)):
                return asked.lacking(name) if wanted else asked.knowing(frozenset([name]))
            case Missing(item):
                return asked if wanted else asked.knowing(needed(item))
            case OneOf(item, options):
                texts = frozenset(option.value for option in options)
                return self._texts(item, texts, wanted, asked)
            case Compare(symbol, left, right) if ordered(left):
                return self._numbers(symbol, left, right, wanted, asked)
            case Compare("==" | "!=" as symbol, left, right):
                equal = (symbol == "==") is wanted
                return self._same(left, right, equal, wanted, asked)
        domain = Domain(Texts(frozenset([wanted])), not wanted, needed(node))
        return asked.of(_key(node), domain)

    def _numbers(
        self, symbol: Comparison, left: Node, right: Node, wanted: bool, asked: Asked
    ) -> Asked | None:
        difference = linear(left, self.values).plus(linear(right, self.values), -1)
        facts = needed(left) | needed(right)
        symbol = symbol if wanted else OPPOSITE[symbol]
        first = next(iter(sorted(difference.terms, key=repr)), None)
        if first is not None and difference.terms[first] < 0:
            symbol, difference = TURNED[symbol], linear(_ZERO, {}).plus(difference, -1)
        quantity: Hashable = frozenset((_key(each), n) for each, n in difference.terms.items())
        bound = limits(symbol, -difference.constant)
        if not difference.terms:
            quantity, bound = facts, EVERYTHING if _within(0, bound) else Limits(1, 0)
        if len(difference.terms) == 1 and isinstance(first, Fact):
            most = LARGEST * difference.terms[first]
            least = 0 if never_negative(first.name) else -most
            asked = asked.of(quantity, Domain(Limits(least, most), True, frozenset()))
        return asked.of(quantity, Domain(bound, not wanted, facts))

    def _same(
        self, left: Node, right: Node, equal: bool, wanted: bool, asked: Asked
    ) -> Asked | None:
        for value, other in ((left, right), (right, left)):
            known = self._value(value)
            if known is not None:
                return self._texts(other, frozenset([known]), equal, asked, missing=not wanted)
        facts = needed(left) | needed(right)
        domain = Domain(Texts(frozenset([equal])), not wanted, facts)
        return asked.of(frozenset([_key(left), _key(right)]), domain)

    def _value(self, node: Node) -> Value:
        match node:
            case Literal(value):
                return value
            case Parameter():
                return counted(node, self.values)
        return None

    def _texts(
        self,
        item: Node,
        texts: frozenset[Value],
        among: bool,
        asked: Asked,
        missing: bool | None = None,
    ) -> Asked | None:
        given = self._value(item)
        if given is not None:
            return asked if (given in texts) is among else None
        if ordered(item):
            return asked  # a list of numbers: not looked into
        domain = Texts(texts) if among else Texts(without=texts)
        may_miss = not among if missing is None else missing
        asked = asked.of(_key(item), Domain(_every_text(item), True, frozenset()))
        return asked.of(_key(item), Domain(domain, may_miss, needed(item)))


_ZERO = Literal(0, ValueType.NUMBER)


def _key(node: Node) -> Hashable:
    return node.name if isinstance(node, Fact) else node


def _within(number: int, bound: Limits) -> bool:
    return not Limits(number, number).both(bound).empty


def _every_text(node: Node) -> Texts:
    if node.type is ValueType.BOOLEAN:
        return Texts(frozenset([True, False]))
    values = node.values if isinstance(node, Fact) else ()
    return Texts(frozenset(values)) if values else Texts()
