"""What each type of partnership asks for: the rules that look for it, and its figures."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lifecycle.authoring.indicators import TYPES, Indicator
from lifecycle.conditions.tree import Call, Compare, Fact, Literal, Node, OneOf, walk
from lifecycle.rulebook import Rule, Rulebook

__all__ = ["PartnershipType", "partnership_types"]


@dataclass(frozen=True)
class PartnershipType:
    """A type with the rules that ask for it and the figures about it."""

    name: str
    rules: Sequence[Rule]
    indicators: Sequence[Indicator]


def partnership_types(
    rulebook: Rulebook, indicators: Iterable[Indicator]
) -> tuple[PartnershipType, ...]:
    """Return every type of partnership, in the order of the views."""
    rules = sorted(rulebook.rules, key=lambda rule: rule.id)
    indicators = tuple(indicators)
    return tuple(
        PartnershipType(
            name,
            [rule for rule in rules if name in set(_asked(rule.when))],
            [each for each in indicators if each.type == name],
        )
        for name in TYPES
    )


def _asked(condition: Node) -> Iterator[object]:
    """Yield the values that a condition looks for in a fact of types."""
    for part in walk(condition):
        match part:
            case Call(_, (Fact(name), Literal(value))) if _of_types(name):
                yield value
            case Compare(_, Fact(name), Literal(value)) if _of_types(name):
                yield value
            case OneOf(Fact(name), options) if _of_types(name):
                yield from (option.value for option in options)


def _of_types(name: str) -> bool:
    return name.endswith((".partnership_types", ".partnership_type"))
