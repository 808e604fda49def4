"""Every clause of the policy, and all that carries it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lifecycle.authoring.case_text import Case
from lifecycle.authoring.indicators import Indicator
from lifecycle.conditions import fact_names, parameter_names
from lifecycle.drafting import Library
from lifecycle.facts import fact_specs
from lifecycle.proving import Invariant
from lifecycle.rulebook import ClauseText, Rule, Rulebook

__all__ = ["ClauseRow", "asked_facts", "clause_table"]


@dataclass(frozen=True)
class ClauseRow:
    """A clause and what carries it, each thing by its id or name.

    `facts` carry a clause through the rules that cite it and ask them; `cases` are those that try
    what carries it: its rules, the rules that compare with its parameters or draft its letters.
    """

    clause: str
    text: ClauseText
    rules: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    invariants: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    cases: int = 0

    @property
    def carried(self) -> bool:
        """Return whether anything cites the clause."""
        carriers = (self.rules, self.parameters, self.invariants, self.letters, self.indicators)
        return any(carriers)

    @property
    def tested(self) -> bool:
        """Return whether some case or proof would fail if what carries the clause broke."""
        return bool(self.cases or self.invariants)


def clause_table(
    rulebook: Rulebook,
    library: Library,
    invariants: Iterable[Invariant],
    indicators: Iterable[Indicator],
    cases: Iterable[Case],
) -> tuple[ClauseRow, ...]:
    """Return a row for each clause of the rulebook, in the order in which they are written."""
    rules = sorted(rulebook.rules, key=lambda rule: rule.id)
    citing = {
        "rules": [(rule.id, rule.cite) for rule in rules],
        "parameters": [(name, each.cite) for name, each in sorted(rulebook.parameters.items())],
        "invariants": [(each.name, each.cite) for each in invariants],
        "letters": sorted({(each.purpose, each.cite) for each in library.templates}),
        "indicators": [(each.name, each.cite) for each in indicators],
    }
    tried = _Tried(rules, cases)
    return tuple(
        _row(clause, text, citing, rules, tried) for clause, text in rulebook.clauses.items()
    )


def asked_facts(rule: Rule) -> frozenset[str]:
    """Return the facts that a rule asks, a row's as those of its view; conclusions are none."""
    asked = {*fact_names(rule.when), *([rule.once_per] if rule.once_per else [])}
    of_rows = {f"{rule.for_each}.{name[4:]}" for name in asked if name.startswith("row.")}
    return frozenset((asked & fact_specs().keys()) | of_rows)


class _Tried:
    """Which cases try which rules."""

    def __init__(self, rules: Sequence[Rule], cases: Iterable[Case]) -> None:
        self.cases = list(cases)
        self.using = [(rule.id, rule.then.draft, parameter_names(rule.when)) for rule in rules]

    def through(self, ids: Sequence[str], parameters: Sequence[str], letters: Sequence[str]) -> int:
        """Return how many cases speak of these rules, or of rules that use the other things."""
        used = {
            rule_id
            for rule_id, draft, compared in self.using
            if draft in letters or not compared.isdisjoint(parameters)
        }
        return sum(case.speaks_of({*ids, *used}) for case in self.cases)


def _row(
    clause: str,
    text: ClauseText,
    citing: Mapping[str, Sequence[tuple[str, tuple[str, ...]]]],
    rules: Sequence[Rule],
    tried: _Tried,
) -> ClauseRow:
    carriers = {
        kind: tuple(dict.fromkeys(name for name, cited in each if clause in cited))
        for kind, each in citing.items()
    }
    facts = {fact for rule in rules if clause in rule.cite for fact in asked_facts(rule)}
    cases = tried.through(carriers["rules"], carriers["parameters"], carriers["letters"])
    return ClauseRow(clause, text, **carriers, facts=tuple(sorted(facts)), cases=cases)
