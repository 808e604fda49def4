"""The reference engine: each condition as nested Python functions."""

from collections.abc import Sequence

from lifecycle.conditions import Facts, Node, Parameters
from lifecycle.deciding.engine import EVERY, Part, parts_of
from lifecycle.deciding.scope import Scope
from lifecycle.facts import STAGES, RowKind
from lifecycle.rulebook import Rule

__all__ = ["NativeEngine"]


class NativeEngine:
    """Says which rules hold by calling their conditions."""

    name = "native"

    def __init__(self, rules: Sequence[Rule], parameters: Parameters) -> None:
        self._scopes = {
            (kind, stage, part): Scope(_asked(of_part, kind, stage), parameters)
            for part, of_part in parts_of(rules)
            for kind in {rule.for_each for rule in of_part}
            for stage in STAGES
        }

    def holding(
        self, facts: Facts, kind: RowKind | None = None, part: Part = EVERY
    ) -> frozenset[str]:
        """Return the ids of the rules that hold."""
        scope = self._scopes.get((kind, str(facts["stage"]), part))
        return frozenset() if scope is None else scope.holding(facts)


def _asked(rules: Sequence[Rule], kind: RowKind | None, stage: str) -> dict[str, tuple[Node, ...]]:
    """Return the conditions of the rules about such rows, or about partners, at a stage."""
    return {r.id: r.conditions for r in rules if r.for_each == kind and r.applies_at(stage)}
