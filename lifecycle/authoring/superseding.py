"""Cases of one layer that need no longer hold, because an overlay above it changed the rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lifecycle.authoring.case_text import Case
from lifecycle.conditions import parameter_names
from lifecycle.rulebook import Rulebook, RuleLayer

__all__ = ["Superseding"]


@dataclass(frozen=True)
class Superseding:
    """Says by what a case that fails is superseded.

    An overlay supersedes a case that it retires by name, one that speaks of a rule it retires, and
    one that speaks of a rule it replaces, or whose parameter it replaces, if it has a case of its
    own that speaks of that rule. What does not fail is not superseded.
    """

    rulebook: Rulebook
    cases: Sequence[Case]

    def by(self, case: Case) -> tuple[str | None, str | None]:
        """Return what supersedes a case; else, if a case of an overlay would, what to write."""
        names = [layer.name for layer in self.rulebook.layers]
        above = self.rulebook.layers[names.index(case.layer) + 1 :]
        remedies = []
        for layer in above:
            for rule, because in self._reasons(layer, case):
                if rule is None or self._has_own(layer, rule):
                    return because, None
                remedies.append(
                    f"{because}: write a case of it in {layer.label}/examples/{rule}.yaml"
                )
        return None, next(iter(remedies), None)

    def _reasons(self, layer: RuleLayer, case: Case) -> Iterator[tuple[str | None, str]]:
        """Yield what an overlay changed that a case speaks of, with the rule to write a case of."""
        if case.name in layer.retired_cases:
            yield None, f"{layer.name} retires this case: {layer.retired_cases[case.name]}"
        for change in layer.changes:
            if change.thing == "rule" and change.did == "retired" and case.speaks_of([change.id]):
                yield None, f"{layer.name} retires {change.id}: {change.because}"
        for rule, what in self._changed(layer).items():
            if case.speaks_of([rule]):
                yield rule, f"{layer.name} replaces {what}"

    def _changed(self, layer: RuleLayer) -> Mapping[str, str]:
        """Return for each rule that an overlay changed what it replaced."""
        replaced = layer.changed("parameter", "replaced")
        by_parameter = {
            rule.id: f"{name}, which {rule.id} asks for"
            for rule in self.rulebook.rules
            for name in sorted(parameter_names(rule.when) & {*replaced})
        }
        return {**by_parameter, **{rule: rule for rule in layer.changed("rule", "replaced")}}

    def _has_own(self, layer: RuleLayer, rule: str) -> bool:
        return any(each.layer == layer.name and each.speaks_of([rule]) for each in self.cases)
