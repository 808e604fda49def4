"""Episodes: the key on which an action happens once, (rule, subject, anchor, n), and never again.

n grows each time an anchor comes back to an earlier value; a moved anchor re-arms the rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lifecycle.deciding.decision import Decision, Firing

__all__ = ["Episode", "new_episodes"]


@dataclass(frozen=True)
class Episode:
    """A rule acting for a subject at an anchor, for the n-th time that anchor came up."""

    firing: Firing
    n: int
    replaces: str | None
    """The key of the rule's last episode for the same subject, at another anchor."""

    @property
    def key(self) -> str:
        """Return the episode's key as one text."""
        return _key(self.firing.rule_id, self.firing.subject, self.firing.anchor, self.n)


def _key(rule_id: str, subject: str, anchor: str, n: int) -> str:
    return f"{rule_id}/{subject}/{anchor}/{n}"


Past = Mapping[tuple[str, str], Sequence[str]]
"""The anchors that each rule acted on for each subject, oldest first."""


def new_episodes(decision: Decision, past: Past) -> list[Episode]:
    """Return the episodes that begin: firings whose anchor is not the latest acted on."""
    return list(_new(decision.firings, past))


def _new(firings: Iterable[Firing], past: Past) -> Iterable[Episode]:
    for firing in firings:
        anchors = past.get((firing.rule_id, firing.subject), ())
        if not anchors or anchors[-1] != firing.anchor:
            yield Episode(firing, anchors.count(firing.anchor) + 1, _latest(firing, anchors))


def _latest(firing: Firing, anchors: Sequence[str]) -> str | None:
    if not anchors:
        return None
    return _key(firing.rule_id, firing.subject, anchors[-1], anchors.count(anchors[-1]))
