"""The live engine: durable_rules, kept on the paths where it is exact.

Measured traps, and how this file keeps clear of them: no timer threads (`_run` is empty); one
session, never deleted; no arithmetic, `$or`, `$nex` or floats inside; only `and` and `fact op
literal` with a known-flag beside it; everything else is computed natively and asserted as a typed
property; actions only append to a list; a rule counts once; one lock; each fact has
an id of its own and is retracted after use.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

from lifecycle.conditions import Facts, Parameters, Reading, Value, read_native
from lifecycle.conditions.tree import Compare, Fact, Literal, Node, Parameter
from lifecycle.conditions.types import ValueType
from lifecycle.facts import RowKind
from lifecycle.rulebook import Rule

__all__ = ["DurableEngine", "durable_available", "durable_definition"]

_OPERATORS = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_MOST_PROPERTIES = 250
"""durable_rules fails beyond about 255 properties; what does not fit is computed natively."""


def durable_available() -> bool:
    """Return whether durable_rules can be imported here (not on Python 3.13 or later)."""
    try:
        import durable.engine  # noqa: F401
    except (ImportError, SystemError):
        return False
    return True


class DurableEngine:
    """Says which rules hold by asserting one partner's facts to durable_rules."""

    name = "durable"

    def __init__(self, rules: Sequence[Rule], parameters: Parameters) -> None:
        kinds = sorted({rule.for_each or "" for rule in rules})
        self._sets = {
            kind: _Ruleset([rule for rule in rules if (rule.for_each or "") == kind], parameters)
            for kind in kinds
        }
        self._fired: list[str] = []
        self._host = _host({f"rules_{k}": s.definition(self._fired) for k, s in self._sets.items()})
        self._lock = threading.Lock()
        self._ids = count(1)

    def holding(self, facts: Facts, kind: RowKind | None = None) -> frozenset[str]:
        """Return the ids of the rules that hold."""
        ruleset = self._sets.get(kind or "")
        if ruleset is None:
            return frozenset()
        with self._lock:
            fact = {"id": next(self._ids), **ruleset.properties(facts)}
            self._fired.clear()
            self._assert(f"rules_{kind or ''}", fact)
            return frozenset(self._fired)

    def _assert(self, ruleset: str, fact: dict[str, Any]) -> None:
        from durable.engine import MessageNotHandledException

        try:
            self._host.assert_fact(ruleset, fact)
        except MessageNotHandledException:
            return  # no rule looks at such a fact; nothing was kept
        self._host.retract_fact(ruleset, fact)


def durable_definition(rule: Rule, parameters: Parameters) -> dict[str, Any]:
    """Return one rule as durable_rules reads it, ready for JSON; its action is left out."""
    defined = _Ruleset([rule], parameters).definition([])[rule.id]
    return {rule.id: {"all": defined["all"]}}


def _host(definitions: dict[str, Any]) -> Any:
    from durable.engine import Host

    class _Quiet(Host):  # type: ignore[misc]
        def _run(self) -> None:
            """Start no timer threads: they would run actions behind our back."""

    return _Quiet(definitions)


class _Ruleset:
    """The rules of one scope as durable_rules reads them, and the facts it needs for them."""

    def __init__(self, rules: Sequence[Rule], parameters: Parameters) -> None:
        self._parameters = parameters
        self._inside: dict[str, None] = {}
        self._outside: dict[str, Reading] = {}
        self._rules = [(rule, self._expression(rule)) for rule in rules]

    def definition(self, fired: list[str]) -> dict[str, Any]:
        """Return the ruleset's JSON form; each rule appends its id to `fired`."""
        return {
            rule.id: {"all": [{"m": expression}], "run": _appending(fired, rule.id)}
            for rule, expression in self._rules
        }

    def properties(self, facts: Facts) -> dict[str, Any]:
        """Return the fact to assert: known values with their flags, and what we compute."""
        asserted: dict[str, Any] = {}
        for name in self._inside:
            value = facts.get(name)
            asserted[_flag(name)] = value is not None
            if value is not None:
                asserted[_property(name)] = _plain(value)
        for name, holds in self._outside.items():
            asserted[name] = bool(holds(facts))
        return asserted

    def _expression(self, rule: Rule) -> dict[str, Any]:
        parts = [self._stage(rule.stage)] if rule.stage else []
        parts += [self._condition(rule, at, node) for at, node in enumerate(rule.conditions)]
        return {"$and": parts} if len(parts) > 1 else parts[0]

    def _stage(self, stage: str) -> dict[str, Any]:
        return self._atom("==", "stage", stage)

    def _condition(self, rule: Rule, at: int, node: Node) -> dict[str, Any]:
        comparison = _comparison(node, self._parameters)
        if comparison and self._fits(comparison[1]):
            return self._atom(*comparison)
        name = f"computed_{rule.id}_{at}"
        self._outside[name] = read_native(node, self._parameters)
        return {name: True}

    def _fits(self, name: str) -> bool:
        properties = 2 * len({*self._inside, name, "stage"}) + len(self._outside)
        return properties + 2 < _MOST_PROPERTIES

    def _atom(self, operator: str, name: str, value: Value) -> dict[str, Any]:
        self._inside[name] = None
        literal = {_property(name): _plain(value)}
        compared = literal if operator == "==" else {_OPERATORS[operator]: literal}
        return {"$and": [{_flag(name): True}, compared]}


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
    """Dates go in as numbers of days: durable_rules knows no dates."""
    if isinstance(value, date):
        return value.toordinal()
    if value is None:
        raise TypeError("a missing value cannot be asserted")
    return value


def _property(name: str) -> str:
    return "f_" + name.replace(".", "__")


def _flag(name: str) -> str:
    return "k_" + name.replace(".", "__")


def _appending(fired: list[str], rule_id: str) -> Callable[[Any], None]:
    def act(_context: Any) -> None:
        fired.append(rule_id)

    return act
