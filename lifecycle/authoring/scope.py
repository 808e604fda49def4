"""For whom a rule may hold at all: stage, audiences, the days on which parameters change."""

from collections.abc import Iterator, Mapping
from datetime import date

from lifecycle.authoring.possible import possible
from lifecycle.conditions import Node, Parameters, Value, ValueType
from lifecycle.conditions.tree import Compare, Fact, Literal
from lifecycle.facts import STAGES
from lifecycle.rulebook import Rule, Rulebook
from partner_lifecycle.views import VIEWS

__all__ = ["AUDIENCES", "audiences_of", "days_of_change", "for_audience", "is_at", "is_of", "where"]

AUDIENCES = VIEWS["partner"].columns["audience"].values
_STAGE = Fact("stage", ValueType.TEXT, STAGES)
_AUDIENCE = Fact("partner.audience", ValueType.TEXT, AUDIENCES)


def is_at(stage: str) -> Node:
    """Return the condition that a partner is at a stage."""
    return Compare("==", _STAGE, Literal(stage, ValueType.TEXT))


def is_of(audience: str) -> Node:
    """Return the condition that a partner is of an audience."""
    return Compare("==", _AUDIENCE, Literal(audience, ValueType.TEXT))


def where(rule: Rule) -> tuple[Node, ...]:
    """Return all that must be so for a rule to hold: the stage of its file, and its condition."""
    return (rule.when,) if rule.stage is None else (is_at(rule.stage), rule.when)


def audiences_of(rule: Rule) -> tuple[str, ...]:
    """Return the audiences for which a rule may hold."""
    return tuple(each for each in AUDIENCES if possible([*where(rule), is_of(each)]))


def for_audience(parameters: Parameters, audience: str) -> dict[str, Value]:
    """Return the value of each parameter for one audience."""
    return {
        name: value[audience] if isinstance(value, Mapping) else value
        for name, value in parameters.items()
    }


def days_of_change(rulebook: Rulebook, today: date) -> Iterator[date]:
    """Yield today and each later day on which a parameter changes."""
    days = {day for parameter in rulebook.parameters.values() for day in parameter.values}
    yield today
    yield from sorted(day for day in days if day > today)
