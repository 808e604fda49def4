"""What a run did, counted while it runs: nobody's whole decision is kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lifecycle.rulebook import Rulebook
from partners.job.floods import Flood
from partners.job.recording import Outcome

__all__ = ["Tally"]


@dataclass
class Tally:
    """Counters of one run, by what a person asks about."""

    rulebook: Rulebook
    partners: int = 0
    changed: list[str] = field(default_factory=list)
    """Ids of the partners decided anew."""
    moves: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By rule (or person) and stages."""
    blocked: Counter[str] = field(default_factory=Counter)
    """By what holds partners up."""
    examples: dict[str, str] = field(default_factory=dict)
    """The first partner held up by it."""
    letters: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By purpose, language and status."""
    tasks: int = 0
    stopped: Sequence[Flood] = ()

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Count some more outcomes."""
        for outcome in outcomes:
            self._add(outcome)

    def _add(self, outcome: Outcome) -> None:
        decision, by_id = outcome.decision, self.rulebook.by_id
        self.changed.append(decision.partner_id)
        for move in decision.moves:
            self.moves[move.rule_id or f"by {move.by}", move.stage_from, move.stage_to] += 1
        held = [outcome.summary.suspended_because] if outcome.summary.suspended_because else []
        for why in [*held, *outcome.summary.flags]:
            self.blocked[why] += 1
            name = decision.facts.get("partner.name") or decision.partner_id
            self.examples.setdefault(why, str(name))
        for letter in outcome.letters:
            self.letters[letter.purpose, letter.language, letter.status] += 1
        rules = (by_id[episode.firing.rule_id] for episode in outcome.episodes)
        self.tasks += sum(rule.then.task is not None for rule in rules)
