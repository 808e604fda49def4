"""The way a partner takes through the stages in one decision."""

from collections.abc import Iterable, Mapping
from datetime import date

from lifecycle.conditions import Facts, Value
from lifecycle.deciding.anchors import firing_of
from lifecycle.deciding.decision import Firing, Move
from lifecycle.rulebook import Rule

__all__ = ["Path"]


class Path:
    """Where a partner stands while its rules are followed, and which rules spoke on the way."""

    def __init__(self, facts: Facts, day: date, first: Move | None) -> None:
        self.facts: dict[str, Value] = dict(facts)
        self.day = day
        self.moves: list[Move] = [first] if first else []
        self.visited = {str(facts["stage"])}
        self.spoke: dict[str, tuple[Rule, Facts]] = {}
        self.firings: dict[tuple[str, str], Firing] = {}

    def move(self, rule: Rule, stage: str) -> None:
        """Move on by a rule; the new stage begins today. Raise RuntimeError for one left before."""
        if stage in self.visited:
            raise RuntimeError(f"{rule.id} moves back to {stage}: no partner would ever rest")
        self.note([rule], self.facts)
        self.moves.append(Move(str(self.facts["stage"]), stage, rule.id))
        self.visited.add(stage)
        visit = int(str(self.facts["visit"])) + 1
        entered: dict[str, Value] = {
            "stage": stage,
            "since": self.day,
            "days_in_stage": 0,
            "visit": visit,
            "set_from": None,
        }
        self.facts = {**self.facts, **entered}

    def conclude(self, conclusions: Mapping[str, Value]) -> bool:
        """Take over what rules conclude, as facts for the rules after them.

        Return whether it says anything new.
        """
        known = self.facts
        if all(name in known and known[name] == value for name, value in conclusions.items()):
            return False
        self.facts = {**known, **conclusions}
        return True

    def note(self, rules: Iterable[Rule], facts: Facts) -> None:
        """Note rules that hold; each counts once for its subject and anchor."""
        for rule in rules:
            self.spoke.setdefault(rule.id, (rule, facts))
            firing = firing_of(rule, facts)
            if firing is not None:
                # Moving on changes the stay, the usual anchor: a rule still acts once only.
                self.firings[rule.id, firing.subject] = firing
