"""Episodes: the key on which an action happens once, (rule, subject, anchor, n), and never again.

n grows each time an anchor comes back to an earlier value; a moved anchor re-arms the rule. What
was done for a partner merged into another counts as done for that one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lifecycle.deciding.decision import Decision, Firing

__all__ = ["Episode", "Past", "new_episodes"]


@dataclass(frozen=True)
class Episode:
    """A rule acting for a subject at an anchor, for the n-th time that anchor came up."""

    firing: Firing
    n: int

    @property
    def key(self) -> str:
        """Return the episode's key as one text."""
        firing = self.firing
        return f"{firing.rule_id}/{firing.subject}/{firing.anchor}/{self.n}"


Past = Mapping[tuple[str, str], Sequence[Sequence[str]]]
"""The anchors that each rule acted on for each subject, oldest first: the history of the subject,
and of each one merged into it."""


def new_episodes(decision: Decision, past: Past) -> list[Episode]:
    """Return the episodes that begin: firings whose anchor is not the latest of a history."""
    return list(_new(decision.firings, past))


def _new(firings: Iterable[Firing], past: Past) -> Iterable[Episode]:
    for firing in firings:
        histories = past.get((firing.rule_id, firing.subject), ())
        if all(anchors[-1] != firing.anchor for anchors in histories):
            yield Episode(firing, sum(each.count(firing.anchor) for each in histories) + 1)
