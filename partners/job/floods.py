"""A rule that would suddenly act for very many is stopped, and a person asked."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import structlog

from lifecycle.deciding import Decider, Engine, cases, new_episodes
from lifecycle.rulebook import Rulebook
from partners.job.chunks import in_chunks
from partners.job.episodes import read_past
from partners.job.looking import Population
from partners.store import Store

__all__ = ["Flood", "floods"]

_AT_ONCE = 2_000
_log = structlog.get_logger()


@dataclass(frozen=True)
class Flood:
    """A rule that was stopped: how often it would have acted, and how often it may in one run."""

    rule: str
    actions: int
    max_actions: int


def floods(
    store: Store,
    everybody: Population,
    rulebook: Rulebook,
    engine: Engine,
    allowed: Collection[str],
) -> list[Flood]:
    """Return the rules that would act more often than their `max_actions`; store nothing.

    Deciding twice is the price, paid only when a rule has a limit.
    """
    limits = {
        rule.id: rule.max_actions
        for rule in rulebook.rules
        if rule.max_actions is not None and rule.id not in allowed
    }
    if not limits:
        return []
    decider = Decider(rulebook, everybody.day, engine)
    counted: Counter[str] = Counter()
    looks = everybody.looks(rulebook)
    changed = (case for seen in looks for case in cases(seen.sweep, seen.acted))
    for some in in_chunks(changed, _AT_ONCE):
        decisions = [decider.decide(case) for case in some]
        with store.reading() as connection:
            past = read_past(connection, decisions, rulebook.renamed)
        for decision in decisions:
            counted.update(each.firing.rule_id for each in new_episodes(decision, past))
    found = [
        Flood(name, counted[name], most) for name, most in limits.items() if counted[name] > most
    ]
    for flood in found:
        _log.warning("job.rule_stopped", rule=flood.rule, actions=flood.actions)
    return found
