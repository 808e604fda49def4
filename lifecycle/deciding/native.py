"""The reference engine: each condition as nested Python functions."""

from collections.abc import Sequence

from lifecycle.conditions import Facts, Parameters
from lifecycle.deciding.engine import EVERY, Part, parts_of
from lifecycle.deciding.scope import Asked, Scope, read_parts
from lifecycle.facts import RowKind
from lifecycle.rulebook import Rule

__all__ = ["NativeEngine"]


class NativeEngine:
    """Says which rules hold by calling their conditions.

    A rule is read when it is first asked: whoever decides one partner asks few.
    """

    name = "native"

    def __init__(self, rules: Sequence[Rule], parameters: Parameters) -> None:
        self._parts = dict(parts_of(rules))
        self._parameters = parameters
        self._read: dict[str, Asked] = {}
        self._scopes: dict[tuple[RowKind | None, str, Part], Scope] = {}

    def holding(
        self, facts: Facts, kind: RowKind | None = None, part: Part = EVERY
    ) -> frozenset[str]:
        """Return the ids of the rules that hold."""
        place = (kind, str(facts["stage"]), part)
        scope = self._scopes.get(place)
        if scope is None:
            scope = self._scopes[place] = Scope(map(self._asked, self._at(*place)))
        return scope.holding(facts)

    def _at(self, kind: RowKind | None, stage: str, part: Part) -> list[Rule]:
        rules = self._parts.get(part, ())
        return [rule for rule in rules if rule.for_each == kind and rule.applies_at(stage)]

    def _asked(self, rule: Rule) -> Asked:
        if rule.id not in self._read:
            self._read[rule.id] = read_parts(rule.id, rule.conditions, self._parameters)
        return self._read[rule.id]
