"""Run cases against a rulebook: what was expected, what came out, and which conditions held."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lifecycle import deciding
from lifecycle.authoring.case_text import Case, Expected
from lifecycle.authoring.superseding import Superseding
from lifecycle.conditions import Facts, Value
from lifecycle.deciding import Decider, Decision, NativeEngine, Seen
from lifecycle.deciding.explain import Explainer
from lifecycle.facts import STAGES, fact_specs
from lifecycle.rulebook import Rulebook

__all__ = ["CaseResult", "Failure", "run_case", "run_cases"]


@dataclass(frozen=True)
class Failure:
    """One expectation that was not met, and the conditions that made it so, in words."""

    what: str
    conditions: tuple[Seen, ...] = ()


@dataclass(frozen=True)
class CaseResult:
    """A case and everything in which it came out otherwise than expected.

    `superseded` says why a case that did not need not: an overlay changed what it speaks of;
    `remedy` what the overlay still lacks for that.
    """

    case: Case
    failures: tuple[Failure, ...]
    superseded: str | None = None
    remedy: str | None = None

    @property
    def passed(self) -> bool:
        """Return whether all came out as expected."""
        return not self.failures

    @property
    def failed(self) -> bool:
        """Return whether something did not, and should have."""
        return bool(self.failures) and self.superseded is None


def run_cases(rulebook: Rulebook, cases: Iterable[Case]) -> list[CaseResult]:
    """Run cases in their order; raise ParameterTooEarly for a day before a parameter's first."""
    cases = list(cases)
    superseding = Superseding(rulebook, cases)
    runners: dict[date, _Runner] = {}
    results = []
    for case in cases:
        runner = runners.get(case.today)
        if runner is None:
            runner = runners[case.today] = _Runner(rulebook, case.today)
        failures = tuple(runner.failures(case))
        by, remedy = superseding.by(case) if failures else (None, None)
        results.append(CaseResult(case, failures, by, remedy))
    return results


def run_case(rulebook: Rulebook, case: Case) -> CaseResult:
    """Run one case; raise ParameterTooEarly."""
    return run_cases(rulebook, [case])[0]


class _Runner:
    """Runs cases of one day by the native reading."""

    def __init__(self, rulebook: Rulebook, day: date) -> None:
        parameters = rulebook.on(day)
        self.rulebook = rulebook
        self.engine = NativeEngine(rulebook.rules, parameters)
        self.decider = Decider(rulebook, day, self.engine)
        self.explainer = Explainer(rulebook.rules, parameters)

    def failures(self, case: Case) -> Iterator[Failure]:
        """Yield what came out otherwise than expected."""
        if case.rule is not None:
            yield from self._of_rule(case, case.rule.id)
        elif case.expects is not None:
            decision = self.decider.decide(_whole(case))
            yield from self._of_all(case.expects, decision)

    def _of_rule(self, case: Case, rule_id: str) -> Iterator[Failure]:
        rule = self.rulebook.by_id.get(rule_id)
        if rule is None:
            yield Failure(f"{rule_id} is retired")
            return
        facts = {**_defaults(case, rule.stage), **case.facts}
        fires = rule.id in self.engine.holding(facts, rule.for_each)
        if fires is not case.fires:
            seen = self.explainer.reason(rule, facts).conditions
            what = f"{rule.id} fires, and should not" if fires else f"{rule.id} does not fire"
            yield Failure(what, seen)

    def _of_all(self, expects: Expected, decision: Decision) -> Iterator[Failure]:
        moves = [move.rule_id for move in decision.moves]
        if expects.stage not in (None, decision.stage):
            yield Failure(f"stage: {decision.stage}, not {expects.stage}")
        if expects.suspended not in (None, decision.suspended):
            yield Failure(f"suspended: {_yes(decision.suspended)}, not {_yes(expects.suspended)}")
        if expects.moves is not None and expects.moves != moves:
            yield Failure(f"moves: {_listed(moves)}, not {_listed(expects.moves)}")
        for rule_id in expects.fires:
            if rule_id not in decision.reasons:
                yield Failure(f"{rule_id} does not fire", self._seen(rule_id, decision.facts))
        for rule_id in expects.silent:
            if rule_id in decision.reasons:
                seen = decision.reasons[rule_id].conditions
                yield Failure(f"{rule_id} fires, and should not", seen)
        for rule_id, names in expects.why_not.items():
            yield from self._why_not(rule_id, names, decision)

    def _why_not(self, rule_id: str, names: list[str], decision: Decision) -> Iterator[Failure]:
        missing = [
            each for why in decision.why_not if why.rule_id == rule_id for each in why.missing
        ]
        found = {name for seen in missing for name in seen.values}
        if (
            not missing
            or not set(names) <= found
            or any(not set(names) & set(seen.values) for seen in missing)
        ):
            what = f"{rule_id} lacks {_listed(sorted(found))}, not {_listed(names)}"
            yield Failure(what, tuple(missing))

    def _seen(self, rule_id: str, facts: Facts) -> tuple[Seen, ...]:
        rule = self.rulebook.by_id.get(rule_id)
        return self.explainer.reason(rule, facts).conditions if rule and not rule.for_each else ()


def _whole(case: Case) -> deciding.Case:
    facts = {**_defaults(case, None), **case.facts}
    rows = {
        kind: [{"row.id": f"{kind} {n}", **row} for n, row in enumerate(rows, 1)]
        for kind, rows in case.rows.items()
    }
    acted = {rule_id: frozenset([anchor]) for rule_id, anchor in case.acted.items()}
    return deciding.Case(facts=facts, rows=rows, acted=acted)


def _defaults(case: Case, stage: str | None) -> dict[str, Value]:
    """Return what holds of a partner unless the case says otherwise: nothing on record, new today.

    Facts without a default are missing.
    """
    since: Any = case.facts.get("since")
    days: Any = case.facts.get("days_in_stage")
    if since is None:
        since = case.today - timedelta(days=days or 0)
    standing: dict[str, Value] = {
        "stage": stage or STAGES[0],
        "suspended": False,
        "since": since,
        "days_in_stage": (case.today - since).days,
        "visit": 0,
        "today": case.today,
        "partner.id": "example",
    }
    return {**{name: spec.default for name, spec in fact_specs().items()}, **standing}


def _yes(value: bool | None) -> str:
    return "yes" if value else "no"


def _listed(names: Iterable[str | None]) -> str:
    return ", ".join(map(str, names)) or "nothing"
