"""Why a rule spoke, and why another did not: its conditions in words, with the values seen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lifecycle.conditions import Facts, Node, Parameters, Value, fact_names, read_native
from lifecycle.conditions.tree import Fact, Not
from lifecycle.deciding.decision import Reason, Seen, WhyNot
from lifecycle.deciding.words import Words
from lifecycle.facts import STAGES, FactSpec, RowKind, fact_specs, row_specs
from lifecycle.rulebook import Rule

__all__ = ["RESUMED", "Explainer"]

RESUMED = "resumed"
"""Where a rule leads that would end a suspension."""

_IN_THE_WAY = "in the way"
"""What a rule is about that must not hold; its sentence says the rest."""

_Lacks = dict[str, list[Seen]]
"""What each rule lacks on the same facts."""
_KEPT = 1_000
"""Explanations kept per condition. Partners are much alike: the same values tell the same."""


class Explainer:
    """Explains rules with the parameters of a day."""

    def __init__(self, rules: Sequence[Rule], parameters: Parameters) -> None:
        kinds = {rule.for_each for rule in rules}
        self._words = {kind: Words(parameters, _specs(kind)) for kind in kinds | {None}}
        self._told: dict[str, list[_Condition]] = {}
        self._ways = {
            stage: [(rule, _target(rule)) for rule in rules if _leads_from(rule, stage)]
            for stage in STAGES
        }
        self._drawing: dict[str, list[Rule]] = {}
        for rule in rules:
            for name, value in (rule.then.set or {}).items():
                if value is True:
                    self._drawing.setdefault(name, []).append(rule)

    def _conditions(self, rule: Rule) -> "list[_Condition]":
        """Return the conditions of a rule, put into words when they are first told."""
        if rule.id not in self._told:
            words = self._words[rule.for_each]
            self._told[rule.id] = [_Condition(node, words) for node in rule.conditions]
        return self._told[rule.id]

    def reason(self, rule: Rule, facts: Facts) -> Reason:
        """Return why a rule that holds spoke."""
        own = self._conditions(rule)[: len(rule.own_conditions)]
        seen = tuple([condition.seen(facts) for condition in own])
        return Reason(rule.id, rule.because, rule.cite, seen)

    def why_not(self, facts: Facts) -> tuple[WhyNot, ...]:
        """Return what each rule lacks that would resume the partner, move it on, or else out.

        Rules for other kinds of partner are left out: nobody can become a foundation for one.
        """
        found = list(self._lacking(facts, {}))
        rank = {RESUMED: 0, "closed": 2}
        return tuple(sorted(found, key=lambda why: (rank.get(why.stage_to, 1), len(why.missing))))

    def _lacking(self, facts: Facts, found: _Lacks) -> Iterator[WhyNot]:
        for rule, stage_to in self._ways[str(facts["stage"])]:
            if stage_to == RESUMED and not facts["suspended"]:
                continue
            missing = self._missing(rule, facts, found)
            if missing:
                yield WhyNot(rule.id, stage_to, tuple(missing))

    def _missing(self, rule: Rule, facts: Facts, found: _Lacks) -> list[Seen]:
        """Return what a rule lacks; nothing if it is for another kind of partner.

        What was `found` for a rule before, on the same facts, is taken from there.
        """
        if rule.id not in found:
            found[rule.id] = self._found(rule, facts, found)
        return found[rule.id]

    def _found(self, rule: Rule, facts: Facts, found: _Lacks) -> list[Seen]:
        missing: list[Seen] = []
        for condition in self._conditions(rule):
            if condition.holds(facts):
                continue
            behind = [] if condition.lasting else self._behind(condition, facts, found)
            if not behind:
                return []
            missing += behind
        return list({(seen.about, seen.needed): seen for seen in missing}.values())

    def _behind(self, condition: "_Condition", facts: Facts, found: _Lacks) -> list[Seen]:
        """Return what is lacking for a conclusion, by the rule that is nearest to drawing it.

        That is nothing where all who draw it are for other kinds of partner. Where the conclusion
        must not be drawn, it is the sentence of each rule that draws it.
        """
        if condition.unwanted in self._drawing:
            return self._in_the_way(condition, facts)
        drawing = self._drawing.get(condition.conclusion)
        if drawing is None:
            return [condition.seen(facts)]
        here = [rule for rule in drawing if rule.applies_at(str(facts["stage"]))]
        lacking = [missing for rule in here if (missing := self._missing(rule, facts, found))]
        return min(lacking, key=len, default=[])

    def _in_the_way(self, condition: "_Condition", facts: Facts) -> list[Seen]:
        seen = condition.seen(facts)
        return [
            replace(seen, about=_IN_THE_WAY, needed=rule.because)
            for rule in self._drawing[condition.unwanted]
            if rule.applies_at(str(facts["stage"]))
            and all(each.holds(facts) for each in self._conditions(rule))
        ]


class _Condition:
    """One condition of a rule; what was told about the same values before is told again."""

    def __init__(self, node: Node, words: Words) -> None:
        self._names = sorted(fact_names(node))
        self.conclusion = _named(node)
        self.unwanted = _named(node.item) if isinstance(node, Not) else ""
        self.holds = read_native(node, words.parameters)
        self._told = words.of(node)
        self._known: dict[tuple[Value, ...], Seen] = {}
        specs = [words.specs.get(name) for name in self._names]
        self.lasting = all(spec is not None and spec.lasting for spec in specs)

    def seen(self, facts: Facts) -> Seen:
        values = tuple(map(facts.get, self._names))
        found = self._known.get(values)
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = self._known[values] = Seen(
                self._told.about,
                self._told.seen(facts),
                self._told.needed(facts),
                bool(self.holds(facts)),
                dict(zip(self._names, values, strict=True)),
            )
        return found


def _named(node: Node) -> str:
    return node.name if isinstance(node, Fact) else ""


def _target(rule: Rule) -> str:
    return rule.then.move_to or RESUMED


def _leads_from(rule: Rule, stage: str) -> bool:
    leads = rule.then.move_to or rule.then.resume
    return bool(leads) and rule.applies_at(stage) and rule.then.move_to != stage


def _specs(kind: RowKind | None) -> Mapping[str, FactSpec]:
    return {**fact_specs(), **(row_specs(kind) if kind else {})}
