"""Ask z3 whether an invariant can be broken in a period, and by which partner."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import product

import z3

from lifecycle.conditions import parse
from lifecycle.conditions.proofs import read_proofs
from lifecycle.conditions.terms import constant, equal, holds
from lifecycle.proving.following import Follower
from lifecycle.proving.invariants import Invariant
from lifecycle.proving.names import invariant_schema
from lifecycle.proving.outcome import Outcome
from lifecycle.proving.partner import AnyPartner
from lifecycle.proving.periods import Period
from lifecycle.proving.playing import counterexample
from lifecycle.proving.proof import Counterexample, Proof, Verdict
from lifecycle.rulebook import OVERRIDDEN, Rulebook

__all__ = ["Prover"]

_WISHES = (
    'partner.id == "P"',
    "visit == 0",
    "since > today - 400",
    "gift.total_usd >= 0",
    "gift.count == 0 or gift.days_since_last in [0, 1, 30]",
    "contact.reachable",
    "partner.audience is not None",
)
"""What makes a counterexample easier to read, where it can be had."""


class Prover:
    """Proves invariants of a rulebook in one period."""

    def __init__(self, rulebook: Rulebook, period: Period, day: date, seconds: float) -> None:
        self._rulebook, self._period = rulebook, period
        self._schema = invariant_schema(rulebook)
        self._partner = AnyPartner(rulebook)
        self._outcome = Outcome(self._partner, Follower(rulebook, period.parameters))
        self._solver = z3.Solver()
        self._solver.set("timeout", int(seconds * 1000))
        self._solver.add(*self._partner.allowed(), self._wish(_between(period)))
        self._of_no_group = self._wish("parent.id is None")
        self._wishes = [self._wish(f'today == date("{day}")'), *map(self._wish, _WISHES)]

    def prove(self, invariant: Invariant) -> Proof:
        """Return what comes of an invariant; the first combination that fails is shown."""
        began = time.monotonic()
        condition = holds(read_proofs(invariant.condition, self._outcome, self._period.parameters))
        sought = z3.Not(condition) if invariant.kind == "always" else condition
        verdict: Verdict = "proved"
        where: Mapping[str, str] = {}
        shown: Counterexample | None = None
        for where in self._combinations(invariant):
            asked = (sought, *self._being(where), *self._by_rules(invariant))
            if invariant.kind == "possible" and self._found_easily(asked):
                continue
            with self._adding(*asked) as answer:
                verdict = _verdict(invariant, answer)
                if verdict == "broken" and invariant.kind != "possible":
                    shown = self._shown(invariant)
            if verdict != "proved":
                break
        spent = time.monotonic() - began
        return Proof(invariant, self._period, verdict, where, spent, shown)

    def _combinations(self, invariant: Invariant) -> Iterator[Mapping[str, str]]:
        values = [self._schema[name].values for name in invariant.for_each]
        for each in product(*values):
            yield dict(zip(invariant.for_each, each, strict=True))

    def _being(self, where: Mapping[str, str]) -> Iterator[z3.BoolRef]:
        for name, value in where.items():
            term = self._outcome[name]
            yield z3.And(term.known, equal(term, constant(value, self._schema[name])))

    def _by_rules(self, invariant: Invariant) -> Iterator[z3.BoolRef]:
        """Yield that nothing is set aside, where a way is sought: rules must leave one."""
        if invariant.kind == "possible":
            yield z3.Not(self._outcome[OVERRIDDEN].known)

    def _found_easily(self, asked: Sequence[z3.BoolRef]) -> bool:
        """Return whether a partner of no group is what is sought: texts of sectors take long."""
        with self._adding(*asked, self._of_no_group) as answer:
            return bool(answer == z3.sat)

    @contextmanager
    def _adding(self, *formulas: z3.BoolRef) -> Iterator[z3.CheckSatResult]:
        """Ask with these formulas beside the others; only assumed they would take twice as long."""
        self._solver.push()
        self._solver.add(*formulas)
        yield self._solver.check()
        self._solver.pop()

    def _shown(self, invariant: Invariant) -> Counterexample:
        model, granted = self._solver.model(), list[z3.BoolRef]()
        for wish in self._wishes:
            if self._solver.check(*granted, wish) == z3.sat:
                model = self._solver.model()
                granted.append(wish)
        return counterexample(self._rulebook, self._partner, self._outcome, model, invariant)

    def _wish(self, text: str) -> z3.BoolRef:
        tree, mistakes = parse(text, self._schema, {})
        if tree is None:
            raise TypeError(f"{text}: {mistakes[0].what}")
        return holds(read_proofs(tree, self._outcome, {}))


def _between(period: Period) -> str:
    return f'date("{period.first}") <= today and today <= date("{period.last}")'


def _verdict(invariant: Invariant, answer: z3.CheckSatResult) -> Verdict:
    if answer == z3.unknown:
        return "undecided"
    return "proved" if (answer == z3.sat) == (invariant.kind == "possible") else "broken"
