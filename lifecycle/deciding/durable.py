"""The live engine: durable_rules, kept on the paths where it is exact.

Measured traps, and how this file keeps clear of them: the engine's core is called without its host,
so that there are no timer threads and no actions whose errors are swallowed: we only read which
rules fired. One session, never deleted; no arithmetic, `$or`, `$nex` or floats inside; only `and`
and `fact op literal` with a known-flag beside it, few rules in one ruleset; everything else is
computed natively and asserted as a typed property; a rule counts once; one lock; each fact has its
own id and is retracted after use.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

from lifecycle.conditions import Facts, Parameters, Value
from lifecycle.conditions.tree import Compare, Fact, Literal, Node, Parameter
from lifecycle.conditions.types import ValueType
from lifecycle.deciding.engine import EVERY, Part, parts_of
from lifecycle.deciding.scope import Scope, read_parts
from lifecycle.facts import RowKind
from lifecycle.rulebook import Rule

__all__ = ["DurableEngine", "durable_available", "durable_definition"]

_OPERATORS = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_MOST_PROPERTIES = 250
"""durable_rules fails beyond about 255 properties; what does not fit is computed natively."""
_MOST_RULES = 60
"""Rules in one ruleset: it fails when a fact meets more than 64 of them, or 256 ask the same."""
_HANDLED, _NO_RULE_LOOKS = 0, 1


def durable_available() -> bool:
    """Return whether durable_rules can be imported here (not on Python 3.13 or later)."""
    try:
        import durable_rules_engine  # noqa: F401
    except (ImportError, SystemError):
        return False
    return True


class DurableEngine:
    """Says which rules hold by asserting one partner's facts to durable_rules.

    The rules of each stage and part are rulesets of their own, made when they are first asked, so
    that few facts are asserted.
    """

    name = "durable"

    def __init__(self, rules: Sequence[Rule], parameters: Parameters) -> None:
        self._parts = dict(parts_of(rules))
        self._parameters = parameters
        self._sets: dict[tuple[RowKind | None, str, Part], list[_Ruleset]] = {}
        self._lock = threading.Lock()

    def holding(
        self, facts: Facts, kind: RowKind | None = None, part: Part = EVERY
    ) -> frozenset[str]:
        """Return the ids of the rules that hold."""
        with self._lock:
            rulesets = self._rulesets(kind, str(facts["stage"]), part)
            return frozenset([name for ruleset in rulesets for name in ruleset.fired(facts)])

    def _rulesets(self, kind: RowKind | None, stage: str, part: Part) -> "list[_Ruleset]":
        found = self._sets.get((kind, stage, part))
        if found is None:
            rules = self._parts.get(part, ())
            here = [rule for rule in rules if rule.for_each == kind and rule.applies_at(stage)]
            found = self._sets[kind, stage, part] = [
                _Ruleset(
                    f"{kind}_{stage}_{part}_{at}", here[at : at + _MOST_RULES], self._parameters
                )
                for at in range(0, len(here), _MOST_RULES)
            ]
        return found


def durable_definition(rule: Rule, parameters: Parameters) -> dict[str, Any]:
    """Return one rule as durable_rules reads it, ready for JSON."""
    return _Definition([rule], parameters).rules


class _Ruleset:
    """A ruleset that stands in durable_rules, for one fact at a time."""

    def __init__(self, name: str, rules: Sequence[Rule], parameters: Parameters) -> None:
        import durable_rules_engine as core

        self._core: Any = core
        self._definition = _Definition(rules, parameters)
        self._handle = core.create_ruleset(name, json.dumps(self._definition.rules))
        self._ids = count(1)

    def fired(self, facts: Facts) -> list[str]:
        """Assert the facts, return the rules that fired, and take the facts back."""
        number = next(self._ids)
        fact = {"id": number, **self._definition.properties(facts)}
        code, state = self._core.assert_fact(self._handle, json.dumps(fact))
        if code == _NO_RULE_LOOKS:
            return []
        if code != _HANDLED:
            raise RuntimeError(f"durable_rules answered {code} to a fact of its own")
        fired = self._collected(state)
        self._core.retract_fact(self._handle, json.dumps({"id": number}))
        return fired

    def _collected(self, state: Any) -> list[str]:
        started = self._core.start_action_for_state(self._handle, state)
        firing = started[1] if started else None
        fired = []
        while firing:
            # {"AN01":{"m":{...the whole fact}}}: the rule's name is all that is wanted of it.
            fired.append(firing[2 : firing.index('"', 2)])
            firing = self._core.complete_and_start_action(self._handle, state)
        return fired


class _Definition:
    """The rules of one scope as durable_rules reads them, and the facts it needs for them."""

    def __init__(self, rules: Sequence[Rule], parameters: Parameters) -> None:
        self._parameters = parameters
        self._most_inside = (_MOST_PROPERTIES - len(rules)) // 2
        self._inside: dict[str, tuple[str, str]] = {}
        outside: dict[str, list[Node]] = {}
        self.rules = {rule.id: {"all": [{"m": self._expression(rule, outside)}]} for rule in rules}
        self._outside, self._scope = (
            outside.keys(),
            Scope(read_parts(name, parts, parameters) for name, parts in outside.items()),
        )

    def properties(self, facts: Facts) -> dict[str, Any]:
        """Return the fact to assert: known values with their flags, and what we compute."""
        asserted: dict[str, Any] = {}
        for name, (flag, known_as) in self._inside.items():
            value = facts.get(name)
            asserted[flag] = value is not None
            if value is not None:
                asserted[known_as] = _plain(value)
        holding = self._scope.holding(facts)
        for name in self._outside:
            asserted[name] = name in holding
        return asserted

    def _expression(self, rule: Rule, outside: dict[str, list[Node]]) -> dict[str, Any]:
        # One flat `$and`: durable_rules fails on more than fourteen that are nested.
        inside: list[dict[str, Any]] = []
        name = f"computed_{rule.id}"
        for node in rule.conditions:
            comparison = _comparison(node, self._parameters)
            if comparison and self._fits(comparison[1]):
                inside += [each for each in self._atom(*comparison) if each not in inside]
            else:
                outside.setdefault(name, []).append(node)
        if name in outside:
            inside.append({name: True})
        return {"$and": inside} if len(inside) > 1 else inside[0]

    def _fits(self, name: str) -> bool:
        """Return whether the fact and its flag fit in, beside a computed property for each rule."""
        return name in self._inside or len(self._inside) < self._most_inside

    def _atom(self, operator: str, name: str, value: Value) -> list[dict[str, Any]]:
        flag, known_as = self._inside.setdefault(name, (_flag(name), _property(name)))
        literal = {known_as: _plain(value)}
        compared = literal if operator == "==" else {_OPERATORS[operator]: literal}
        return [{flag: True}, compared]


def _comparison(node: Node, parameters: Parameters) -> tuple[str, str, Value] | None:
    """Return operator, fact and literal, when the condition is just that."""
    match node:
        case Fact(name, ValueType.BOOLEAN):
            return "==", name, True
        case Compare(operator, Fact(name), Literal(value)):
            return operator, name, value
        case Compare(operator, Fact(name), Parameter(parameter, _, None)):
            given = parameters[parameter]
            return None if isinstance(given, Mapping) else (operator, name, given)
    return None


def _plain(value: Value) -> str | int | bool:
    """Dates go in as numbers of days: durable_rules knows no dates. It is not exact on fractions.

    Whole numbers beyond 64 bits stop there: they still compare as they should with any literal.
    """
    if isinstance(value, date):
        return value.toordinal()
    if not isinstance(value, str | int):
        raise TypeError(f"neither text, nor a whole number, nor a date: {value!r}")
    return value


def _property(name: str) -> str:
    return "f_" + name.replace(".", "__")


def _flag(name: str) -> str:
    return "k_" + name.replace(".", "__")
