"""Why a rule spoke, and why another did not: its conditions in words, with the values seen."""

from collections.abc import Mapping, Sequence

from lifecycle.conditions import Facts, Node, Parameters, fact_names, read_native
from lifecycle.deciding.decision import Reason, Seen, WhyNot
from lifecycle.deciding.words import Words
from lifecycle.facts import FactSpec, RowKind, fact_specs, row_specs
from lifecycle.rulebook import Rule

__all__ = ["RESUMED", "Explainer"]

RESUMED = "resumed"
"""Where a rule leads that would end a suspension."""


class Explainer:
    """Explains rules with the parameters of a day."""

    def __init__(self, rules: Sequence[Rule], parameters: Parameters) -> None:
        self._rules = rules
        self._parameters = parameters
        kinds = {rule.for_each for rule in rules}
        self._words = {kind: Words(parameters, _specs(kind)) for kind in kinds | {None}}
        self._lasting = {name for name, spec in fact_specs().items() if spec.lasting}
        self._conditions = {
            rule.id: [(node, read_native(node, parameters)) for node in rule.conditions]
            for rule in rules
        }

    def reason(self, rule: Rule, facts: Facts) -> Reason:
        """Return why a rule that holds spoke."""
        seen = tuple(
            self._seen(rule, node, facts, bool(holds(facts)))
            for node, holds in self._conditions[rule.id]
        )
        return Reason(rule.id, rule.because, rule.cite, seen)

    def why_not(self, facts: Facts) -> tuple[WhyNot, ...]:
        """Return what each rule lacks that would resume the partner, move it on, or else out.

        Rules for other kinds of partner are left out: nobody can become a foundation for one.
        """
        stage = str(facts["stage"])
        found = [
            WhyNot(rule.id, target, missing)
            for rule in self._rules
            if rule.applies_at(stage) and (target := _target(rule, facts)) not in (None, stage)
            if (missing := self._missing(rule, facts))
            if not any(self._lasting.issuperset(seen.values) for seen in missing)
        ]
        rank = {RESUMED: 0, "closed": 2}
        return tuple(sorted(found, key=lambda why: (rank.get(why.stage_to, 1), len(why.missing))))

    def _missing(self, rule: Rule, facts: Facts) -> tuple[Seen, ...]:
        return tuple(
            self._seen(rule, node, facts, False)
            for node, holds in self._conditions[rule.id]
            if not holds(facts)
        )

    def _seen(self, rule: Rule, node: Node, facts: Facts, holds: bool) -> Seen:
        about, seen, needed = self._words[rule.for_each].explain(node, facts)
        values = {name: facts.get(name) for name in sorted(fact_names(node))}
        return Seen(about, seen, needed, holds, values)


def _target(rule: Rule, facts: Facts) -> str | None:
    if rule.then.resume and facts["suspended"]:
        return RESUMED
    return rule.then.move_to


def _specs(kind: RowKind | None) -> Mapping[str, FactSpec]:
    return {**fact_specs(), **(row_specs(kind) if kind else {})}
