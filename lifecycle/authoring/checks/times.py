"""Upper time bounds on rules that act: what is entered late finds the rule over already."""

from collections.abc import Iterator, Mapping

from lifecycle.authoring.findings import Finding, of_rule
from lifecycle.authoring.quantities import OPPOSITE, TURNED, Linear, linear, ordered
from lifecycle.conditions import Node
from lifecycle.conditions.tree import And, Compare, Comparison, Fact, Not, Or
from lifecycle.facts import FactSpec, fact_specs, row_specs
from lifecycle.rulebook import Rule, Rulebook

__all__ = ["check_times"]

Specs = Mapping[str, FactSpec]
_REMEDY = "leave the bound out, or `accept: [upper-time-bound]` if late is really never"
_GROWING = ("since", "days_in_stage")


def check_times(rulebook: Rulebook) -> Iterator[Finding]:
    """Find rules with a task or a draft that hold only up to some time after the event.

    A move is harmless: another rule takes the partner from there. So is asking that something has
    not ended yet, where the rule acts once per that thing: what is over needs no action.
    """
    for rule in rulebook.rules:
        if (rule.then.task or rule.then.draft) and not rule.then.move_to:
            bounds = _bounds(rule.when, _specs(rule), False)
            if any(not _harmless(each, rule) for each in bounds):
                what = "acts only up to a time: what is entered after that slips through"
                yield of_rule(rule, "upper-time-bound", what, _REMEDY)


def _specs(rule: Rule) -> Specs:
    return {**fact_specs(), **(row_specs(rule.for_each) if rule.for_each else {})}


def _bounds(node: Node, specs: Specs, negative: bool) -> list[Linear]:
    """Return what must stay at or above 0 for the condition to hold, and falls as days pass."""
    match node:
        case Not(item):
            return _bounds(item, specs, not negative)
        case And(parts) | Or(parts):
            each = [_bounds(part, specs, negative) for part in parts]
            if isinstance(node, And) is negative and not all(each):
                return []  # one way of holding has no end
            return [bound for bounds in each for bound in bounds]
        case Compare(symbol, left, right) if ordered(left):
            return _bound(OPPOSITE[symbol] if negative else symbol, left, right, specs)
    return []


def _bound(symbol: Comparison, left: Node, right: Node, specs: Specs) -> list[Linear]:
    difference = linear(left, {}).plus(linear(right, {}), -1)
    rate = sum(times * _rate(term, specs) for term, times in difference.terms.items())
    if rate > 0:
        symbol, difference = TURNED[symbol], Linear({}).plus(difference, -1)
    falls_out = rate != 0 and symbol in (">", ">=", "==")
    return [difference] if falls_out else []


def _rate(term: Node, specs: Specs) -> int:
    """Return by how much a term grows from one day to the next if nothing else happens."""
    if not isinstance(term, Fact) or term.name == "today":
        return int(isinstance(term, Fact))
    spec = specs.get(term.name)
    if spec is None or spec.unit != "days":
        return 0
    return 1 if any(word in term.name for word in _GROWING) else -1


def _harmless(bound: Linear, rule: Rule) -> bool:
    """Return whether the bound asks that something of the anchor's row has not passed yet."""
    family = (rule.once_per or "").partition(".")[0]
    names = [term.name for term in bound.terms if isinstance(term, Fact) and term.name != "today"]
    only_days = len(names) == len(bound.terms) - ("today" in map(_name, bound.terms))
    same = all(name.partition(".")[0] == family for name in names)
    return bool(names) and only_days and same and bound.constant <= 0


def _name(term: Node) -> str:
    return term.name if isinstance(term, Fact) else ""
