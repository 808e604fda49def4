"""Where a followed partner ends and what happens on the way, under the names of invariants."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import z3

from lifecycle.conditions.proofs import Terms
from lifecycle.conditions.terms import Term, constant
from lifecycle.facts import STAGES
from lifecycle.proving.following import Follower
from lifecycle.proving.names import conclusion_specs, purposes_of
from lifecycle.proving.partner import AnyPartner
from lifecycle.rulebook import SUSPENDED, Rule

__all__ = ["Outcome"]


class Outcome(Mapping[str, Term]):
    """The terms of an invariant's names, each made when it is asked for."""

    def __init__(self, partner: AnyPartner, follower: Follower) -> None:
        self._partner = partner
        self._follower = follower
        self._rules = follower.rulebook.by_id
        self._way = follower.follow(partner.facts, partner.acted)
        self._made: dict[str, Term] = {}
        first, rest = self._way.steps[0], self._way.rest
        self._given: dict[str, Term] = {
            **{
                name: term
                for name, term in partner.facts.items()
                if name not in ("stage", SUSPENDED)
            },
            **{
                name: first.facts.get(name, constant(None, spec.type))
                for name, spec in conclusion_specs(follower.rulebook).items()
            },
            "stage_before": partner.facts["stage"],
            "stage_after": rest["stage"],
            "suspended_before": partner.facts[SUSPENDED],
            "suspended_after": rest[SUSPENDED],
        }
        self._makers: dict[str, Callable[[], z3.BoolRef]] = {
            "moved": lambda: first.moving,
            "drafted": lambda: self._drafted(None),
            "suspending": lambda: first.suspending,
            "resuming": lambda: first.resuming,
            "changes_again": lambda: follower.restless(rest, self._way.acted),
            **{f"entered.{stage}": partial(self._entered, stage) for stage in STAGES},
            **{
                f"drafted.{purpose}": partial(self._drafted, purpose)
                for purpose in purposes_of(follower.rulebook)
            },
            **{f"fired.{rule.id}": _never for rule in follower.rulebook.overlaid},
            **{f"fired.{rule}": partial(self._fired, rule) for rule in self._rules},
        }

    def __getitem__(self, name: str) -> Term:
        if name in self._given:
            return self._given[name]
        if name not in self._made:
            self._made[name] = Term(self._makers[name](), z3.BoolVal(True))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._given
        yield from self._makers

    def __len__(self) -> int:
        return len(self._given) + len(self._makers)

    def _entered(self, stage: str) -> z3.BoolRef:
        there = [rule.id for rule in self._rules.values() if rule.then.move_to == stage]
        return z3.Or([self._moved_by(rule) for rule in there])

    def _moved_by(self, rule: str) -> z3.BoolRef:
        return z3.Or([z3.And(step.reached, step.moves[rule]) for step in self._way.steps])

    def _drafted(self, purpose: str | None) -> z3.BoolRef:
        """Return whether a letter goes out: a rule drafts it, and none withholds it."""
        rules = [rule for rule in self._rules.values() if rule.then.draft]
        drafting = [rule.id for rule in rules if purpose in (None, rule.then.draft)]
        withholding = [rule for rule in self._rules.values() if rule.then.suppress]
        withheld = z3.Or([self._spoke(rule, acting=False) for rule in withholding])
        return z3.And(z3.Or([self._fired(rule) for rule in drafting]), z3.Not(withheld))

    def _fired(self, rule: str) -> z3.BoolRef:
        return self._spoke(self._rules[rule], acting=True)

    def _spoke(self, rule: Rule, *, acting: bool) -> z3.BoolRef:
        """Return whether a rule speaks; it acts only where its anchor is known."""
        if rule.then.move_to:
            return self._moved_by(rule.id)
        rest = self._way.rest
        if rule.for_each:
            rows = self._partner.rows[rule.for_each]
            return z3.Or(
                [z3.And(r.exists, self._at(rule, {**rest, **r.facts}, acting)) for r in rows]
            )
        return z3.Or(self._at(rule, rest, acting), self._asked(rule, acting))

    def _at(self, rule: Rule, facts: Terms, acting: bool) -> z3.BoolRef:
        return z3.And(self._follower.holds(rule, facts), _anchored(rule, facts, acting))

    def _asked(self, rule: Rule, acting: bool) -> z3.BoolRef:
        """Return whether the rule changed the suspension on the way."""
        steps = [step for step in self._way.steps if rule.id in step.asked]
        return z3.Or(
            [z3.And(step.asked[rule.id], _anchored(rule, step.facts, acting)) for step in steps]
        )


def _never() -> z3.BoolRef:
    return z3.BoolVal(False)


def _anchored(rule: Rule, facts: Terms, acting: bool) -> z3.BoolRef:
    if not acting or rule.once_per is None:
        return z3.BoolVal(True)
    return facts[rule.once_per].known
