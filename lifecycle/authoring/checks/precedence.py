"""Rules in one another's way: shadowed by one that comes first, or asking for opposites."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, islice

from lifecycle.authoring.findings import Finding, of_rule
from lifecycle.authoring.possible import implies, possible
from lifecycle.authoring.scope import where
from lifecycle.conditions import fact_names
from lifecycle.facts import STAGES
from lifecycle.rulebook import Rule, Rulebook

__all__ = ["check_precedence"]

_MOST_PAIRS = 5_000
"""Pairs looked at in one check, so that a book of ten thousand rules is checked in seconds."""


def check_precedence(rulebook: Rulebook) -> Iterator[Finding]:
    """Find moves and conclusions that another rule always forestalls, and rules that conflict."""
    told: set[str] = set()
    pairs = ((first, second) for first, second in _pairs(rulebook) if _meet(first, second))
    for first, second in islice(pairs, _MOST_PAIRS):
        if second.id not in told:
            found = list(_between(first, second))
            told |= {str(each.rule_id) for each in found}
            yield from found


def _between(first: Rule, second: Rule) -> Iterator[Finding]:
    if first.then.move_to and second.then.move_to:
        yield from _moves(first, second)
    elif {"suspend", "resume"} <= _does(first) | _does(second):
        yield from _suspensions(first, second)
    elif first.then.set and second.then.set:
        yield from _conclusions(first, second)


def _pairs(rulebook: Rulebook) -> Iterator[tuple[Rule, Rule]]:
    """Yield rules that do the same kind of thing at one stage, each pair once, the first first."""
    groups: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for rule in rulebook.rules:
        for stage in STAGES if rule.stage is None else (rule.stage,):
            for kind in _kinds(rule):
                groups[kind, stage].append(rule)
    seen: set[tuple[str, str]] = set()
    for group in groups.values():
        for first, second in combinations(group, 2):
            if (first.id, second.id) not in seen:
                seen.add((first.id, second.id))
                yield first, second


def _kinds(rule: Rule) -> Iterable[str]:
    if rule.then.move_to:
        yield "move"
    if rule.then.suspend or rule.then.resume:
        yield "suspension"
    yield from rule.then.set or ()


def _does(rule: Rule) -> frozenset[str]:
    return frozenset(rule.then.model_dump(exclude_none=True))


def _meet(first: Rule, second: Rule) -> bool:
    """Return whether one may cover the other: no condition of it asks for more facts."""
    of_first, of_second = fact_names(first.when), fact_names(second.when)
    return of_first <= of_second | {"stage"} or of_second <= of_first | {"stage"}


def _covers(wide: Rule, narrow: Rule) -> bool:
    """Return whether `wide` holds wherever `narrow` does, and `narrow` may hold at all."""
    given = where(narrow)
    return possible(given) and all(implies(given, condition) for condition in where(wide))


def _moves(first: Rule, second: Rule) -> Iterator[Finding]:
    # A rule with an anchor of its own acts once on it, and lets the next one through after that.
    if first.once_per not in (None, second.once_per) or not _covers(first, second):
        return
    if first.then.move_to == second.then.move_to:
        what = f"never moves anybody: {first.id} holds wherever it does and comes first"
        yield of_rule(second, "shadowed", what, "narrow the other, raise its priority or remove it")
    else:
        what = f"moves to {second.then.move_to} only where {first.id} moves to {first.then.move_to}"
        yield of_rule(second, "conflict", what, "let only one of them hold, or set priorities")


def _suspensions(first: Rule, second: Rule) -> Iterator[Finding]:
    suspending, resuming = (first, second) if first.then.suspend else (second, first)
    if _covers(suspending, resuming):
        what = f"never resumes anybody: {suspending.id} suspends wherever it holds"
        yield of_rule(resuming, "conflict", what, "let only one of them hold on the same facts")


def _conclusions(first: Rule, second: Rule) -> Iterator[Finding]:
    names = (first.then.set or {}).keys() & (second.then.set or {}).keys()
    if names and _covers(first, second):
        what = f"never says {', '.join(sorted(names))}: {first.id} says it first"
        yield of_rule(second, "shadowed", what, "narrow the other, raise its priority or remove it")
