"""What is missing where a rule does not think of it: a negation that becomes true, an anchor."""

from collections.abc import Iterator, Sequence

from lifecycle.authoring.findings import Finding, of_rule
from lifecycle.authoring.possible import possible
from lifecycle.authoring.scope import where
from lifecycle.authoring.together import may_be_missing
from lifecycle.conditions import Node, ValueType, fact_names
from lifecycle.conditions.tree import And, Compare, Fact, Missing, Not, OneOf, Or
from lifecycle.rulebook import Rule, Rulebook

__all__ = ["check_missing"]


def check_missing(rulebook: Rulebook) -> Iterator[Finding]:
    """Find negated comparisons that a missing fact makes true, and anchors that may be missing."""
    for rule in rulebook.rules:
        yield from _negations(rule)
        yield from _anchor(rule)


def _anchor(rule: Rule) -> Iterator[Finding]:
    name = rule.once_per
    if name is not None and possible([*where(rule), Missing(Fact(name, ValueType.TEXT))]):
        what = f"acts once per {name}, and never where that is missing"
        remedy = f"add `{name} is not None`, or act once per something that is always known"
        yield of_rule(rule, "missing-anchor", what, remedy)


def _negations(rule: Rule) -> Iterator[Finding]:
    told: set[str] = set()
    for comparison, beside in _negated(rule.when, where(rule)[:-1], False):
        for name in sorted(fact_names(comparison) - told):
            lacking = Missing(Fact(name, ValueType.TEXT))
            if may_be_missing(name) and possible([*beside, Not(comparison), lacking]):
                told.add(name)
                what = f"negates a comparison with {name}, which is true where that is missing"
                remedy = f"add `{name} is not None` beside it, or turn the comparison around"
                yield of_rule(rule, "negated-missing", what, remedy)


def _negated(
    node: Node, beside: Sequence[Node], negative: bool
) -> Iterator[tuple[Node, list[Node]]]:
    """Yield each negated comparison, and what must hold beside it for it to matter."""
    match node:
        case Not(item):
            yield from _negated(item, beside, not negative)
        case And(parts) | Or(parts):
            together = isinstance(node, And) is not negative
            for at, part in enumerate(parts):
                others = [*parts[:at], *parts[at + 1 :]] if together else []
                near = [Not(other) for other in others] if negative else others
                yield from _negated(part, [*beside, *near], negative)
        case Compare() | OneOf() if negative:
            yield node, list(beside)
