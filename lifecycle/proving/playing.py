"""Play a partner that z3 found by the rules themselves, and write down what happens to it."""

from collections.abc import Collection
from datetime import date

import yaml
import z3

from lifecycle.conditions import Value, fact_names
from lifecycle.conditions.terms import value_in
from lifecycle.deciding import Case, Decider, Decision, Firing, NativeEngine
from lifecycle.proving.invariants import Invariant
from lifecycle.proving.names import invariant_schema
from lifecycle.proving.outcome import Outcome
from lifecycle.proving.partner import AnyPartner
from lifecycle.proving.proof import Counterexample, ReadingsDisagree
from lifecycle.rulebook import Rule, Rulebook

__all__ = ["counterexample"]

_BEFORE = {"stage_before": "stage", "suspended_before": "suspended"}


def counterexample(
    rulebook: Rulebook,
    partner: AnyPartner,
    outcome: Outcome,
    model: z3.ModelRef,
    invariant: Invariant,
) -> Counterexample:
    """Return the partner of a model; raise ReadingsDisagree if the rules take it elsewhere."""
    case = partner.case_in(model)
    decision = _played(rulebook, case)
    _agree(decision, outcome, model, rulebook, invariant)
    names = fact_names(invariant.condition)
    firings = {each.rule_id: each for each in decision.firings}
    acting = [rule for rule in map(rulebook.by_id.__getitem__, firings) if _meant(rule, names)]
    return Counterexample(
        day=decision.day,
        facts=_read(case, names, [firings[rule.id] for rule in acting], rulebook),
        way=tuple(f"{m.stage_from} -> {m.stage_to} by {m.rule_id}" for m in decision.moves),
        fired=tuple(firings),
        cases={rule.id: _yaml(rule, firings[rule.id], invariant) for rule in acting},
    )


def _played(rulebook: Rulebook, case: Case) -> Decision:
    day = case.facts["today"]
    if not isinstance(day, date):
        raise TypeError(f"not a day: {day!r}")
    return Decider(rulebook, day, NativeEngine(rulebook.rules, rulebook.on(day))).decide(case)


def _agree(
    decision: Decision,
    outcome: Outcome,
    model: z3.ModelRef,
    rulebook: Rulebook,
    invariant: Invariant,
) -> None:
    schema = invariant_schema(rulebook)
    names = ("stage_after", "suspended_after")
    ended = tuple(value_in(model, outcome[name], schema[name]) for name in names)
    if ended != (decision.stage, decision.suspended):
        raise ReadingsDisagree(
            f"The prover ends at {ended[0]} and the rules at {decision.stage}.",
            where=f"invariant {invariant.name}",
            remedy="this is a defect of the library; please report it with your rules",
        )


def _meant(rule: Rule, names: Collection[str]) -> bool:
    """Return whether an invariant that reads these names is about what the rule did."""
    then = rule.then
    families = {name.partition(".")[0].partition("_")[0] for name in names}
    return bool(
        then.move_to
        or f"fired.{rule.id}" in names
        or (then.draft and "drafted" in families)
        or ((then.suspend or then.resume) and families & {"suspended", "suspending", "resuming"})
    )


def _read(
    case: Case, names: Collection[str], acting: Collection[Firing], rulebook: Rulebook
) -> dict[str, Value]:
    """Return the known facts that the invariant, or a rule that acted, reads."""
    read = {_BEFORE.get(name, name) for name in names} | {"stage", "suspended"}
    known = dict(case.facts)
    for firing in acting:
        read |= fact_names(rulebook.by_id[firing.rule_id].when)
        known |= {name: value for name, value in firing.facts.items() if name.startswith("row.")}
    return {name: known[name] for name in sorted(read) if known.get(name) is not None}


def _yaml(rule: Rule, firing: Firing, invariant: Invariant) -> str:
    """Return a case that holds once the rule, or what it reads, keeps the invariant."""
    names = fact_names(rule.when) | fact_names(invariant.condition)
    facts = {name: firing.facts.get(name) for name in sorted(names - {"today"})}
    known = {name: value for name, value in facts.items() if value is not None}
    day = firing.facts["today"]
    case = {"name": f"breaks {invariant.name}", "today": day, "facts": known, "fires": False}
    return str(yaml.safe_dump([case], sort_keys=False, allow_unicode=True))
