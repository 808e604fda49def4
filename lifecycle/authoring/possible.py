"""Whether conditions can hold together at all: what each of them asks of one quantity, put side by
side.

It knows numbers, days, texts of a few values, true and false, and what is missing. What it does not
look into (products of facts, parts of texts) it takes to be possible: "impossible" can be relied
upon, "possible" may err.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lifecycle.authoring.quantities import (
    EVERYTHING,
    OPPOSITE,
    TURNED,
    Limits,
    limits,
    linear,
    needed,
    ordered,
)
from lifecycle.authoring.together import counted_by, known_with, may_be_missing, never_negative
from lifecycle.conditions import Node, Value, ValueType
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
    return search.succeeds([(node, True) for node in conditions], _Asked(), ())


def implies(these: Iterable[Node], that: Node) -> bool:
    """Return True when `that` holds wherever all of `these` do, whatever the parameters are."""
    return not possible([*these, Not(that)])


@dataclass(frozen=True)
class _Texts:
    """Texts (or true and false) that a value may be: some, or any but some."""

    some: frozenset[Value] | None = None
    without: frozenset[Value] = frozenset()

    def both(self, other: "_Texts") -> "_Texts":
        some = self.some if other.some is None else other.some
        if self.some is not None and other.some is not None:
            some = self.some & other.some
        return _Texts(some, self.without | other.without)

    @property
    def empty(self) -> bool:
        return self.some is not None and not self.some - self.without


@dataclass(frozen=True)
class _Domain:
    """What a quantity may be, and whether it may instead be missing because one of `facts` is."""

    range: "Limits | _Texts"
    missing: bool
    facts: frozenset[Hashable]

    def both(self, other: "_Domain") -> "_Domain":
        assert type(self.range) is type(other.range)  # noqa: S101 - a quantity has one type
        both = self.range.both(other.range)  # type: ignore[arg-type]
        return _Domain(both, self.missing and other.missing, self.facts | other.facts)


@dataclass(frozen=True)
class _Asked:
    """What is asked so far of each quantity, and of what is known or missing."""

    domains: Mapping[Hashable, _Domain] = field(default_factory=dict)
    known: frozenset[Hashable] = frozenset()
    missing: frozenset[Hashable] = frozenset()

    def of(self, quantity: Hashable, domain: _Domain) -> "_Asked":
        """Return this and one thing more about a quantity."""
        before = self.domains.get(quantity)
        after = domain if before is None else before.both(domain)
        known = self if domain.missing else self.knowing(domain.facts)
        return _Asked({**known.domains, quantity: after}, known.known, known.missing)

    def knowing(self, facts: frozenset[Hashable]) -> "_Asked":
        """Return this, with some facts known."""
        asked = _Asked(self.domains, self.known.union(*map(known_with, facts)), self.missing)
        for counter in {counted_by(name) for name in facts} - {None}:
            some = _Domain(Limits(1), False, frozenset([str(counter)]))
            asked = asked.of(frozenset([(counter, 1)]), some)
        return asked

    def lacking(self, name: str) -> "_Asked":
        """Return this, with a fact missing."""
        return _Asked(self.domains, self.known, self.missing | {name})

    @property
    def contradicts(self) -> bool:
        """Return whether it asks for what cannot be."""
        missing = self.missing
        if not missing.isdisjoint(self.known) or not all(map(may_be_missing, missing)):
            return True
        return any(self._impossible(domain) for domain in self.domains.values())

    def _impossible(self, domain: _Domain) -> bool:
        if domain.missing and any(map(may_be_missing, domain.facts - self.known)):
            return False
        return domain.range.empty or not domain.facts.isdisjoint(self.missing)


class _Search:
    """Tries every way in which conditions may hold, up to a number of steps."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values
        self.steps = 0

    def succeeds(self, todo: Sequence[_Wanted], asked: _Asked, choices: Sequence[_Choice]) -> bool:
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

    def _narrowed(self, node: Node, wanted: bool, asked: _Asked) -> _Asked | None:
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
        domain = _Domain(_Texts(frozenset([wanted])), not wanted, needed(node))
        return asked.of(_key(node), domain)

    def _numbers(
        self, symbol: Comparison, left: Node, right: Node, wanted: bool, asked: _Asked
    ) -> _Asked | None:
        difference = linear(left, self.values).plus(linear(right, self.values), -1)
        facts = needed(left) | needed(right)
        symbol = symbol if wanted else OPPOSITE[symbol]
        first = next(iter(sorted(difference.terms, key=repr)), None)
        if first is not None and difference.terms[first] < 0:
            symbol, difference = TURNED[symbol], linear(_ZERO, {}).plus(difference, -1)
        quantity = frozenset((_key(node), times) for node, times in difference.terms.items())
        bound = limits(symbol, -difference.constant)
        if not quantity:
            bound = EVERYTHING if _within(0, bound) else Limits(1, 0)
        if any(never_negative(name) for name in facts) and len(quantity) == 1:
            asked = asked.of(quantity, _Domain(Limits(0), True, frozenset()))
        return asked.of(quantity, _Domain(bound, not wanted, facts))

    def _same(
        self, left: Node, right: Node, equal: bool, wanted: bool, asked: _Asked
    ) -> _Asked | None:
        for value, other in ((left, right), (right, left)):
            known = self._value(value)
            if known is not None:
                return self._texts(other, frozenset([known]), equal, asked, missing=not wanted)
        facts = needed(left) | needed(right)
        domain = _Domain(_Texts(frozenset([equal])), not wanted, facts)
        return asked.of(frozenset([_key(left), _key(right)]), domain)

    def _value(self, node: Node) -> Value:
        match node:
            case Literal(value):
                return value
            case Parameter(name):
                return self.values.get(name)
        return None

    def _texts(
        self,
        item: Node,
        texts: frozenset[Value],
        among: bool,
        asked: _Asked,
        missing: bool | None = None,
    ) -> _Asked | None:
        given = self._value(item)
        if given is not None:
            return asked if (given in texts) is among else None
        if ordered(item):
            return asked  # a list of numbers: not looked into
        domain = _Texts(texts) if among else _Texts(without=texts)
        may_miss = not among if missing is None else missing
        asked = asked.of(_key(item), _Domain(_every_text(item), True, frozenset()))
        return asked.of(_key(item), _Domain(domain, may_miss, needed(item)))


_ZERO = Literal(0, ValueType.NUMBER)


def _key(node: Node) -> Hashable:
    return node.name if isinstance(node, Fact) else node


def _within(number: int, bound: Limits) -> bool:
    return not Limits(number, number).both(bound).empty


def _every_text(node: Node) -> _Texts:
    if node.type is ValueType.BOOLEAN:
        return _Texts(frozenset([True, False]))
    values = node.values if isinstance(node, Fact) else ()
    return _Texts(frozenset(values)) if values else _Texts()
