"""Follow a chain: tell which decisions were changed, removed, added or moved.

A decision that does not follow from the one before it stays in doubt until the next one, or the end
of the chain, says what happened: the chain may go on from what stands there, from what should stand
there, or without it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from partners.ledger.appending import PUBLIC
from partners.ledger.chain import Key, link
from partners.ledger.findings import Finding, Row, decisions, of_decision, whole

__all__ = ["Chain"]


@dataclass(frozen=True)
class _Doubt:
    """A decision that does not follow: the place that was due, the digests it should have."""

    row: Row
    due: int
    should: Sequence[str]


class Chain:
    """One partition's chain as far as it was followed."""

    def __init__(self, partition: int, key: Key) -> None:
        self.partition = partition
        self.last: Row | None = None
        self._place, self._digest = 0, ""
        self._doubt: _Doubt | None = None
        # Before a key was set, chains were made without; once one was used, it always is.
        self._keys: Sequence[Key] = (key, None) if key else (None,)

    @property
    def end(self) -> tuple[int, str]:
        """Return place and digest of the last decision that was seen, right or not."""
        return (0, "") if self.last is None else (whole(self.last.place), self.last.chain)

    @property
    def due(self) -> int:
        """Return the place that the next decision should have."""
        return self.end[0] + 1

    def follow(self, row: Row) -> Iterator[Finding]:
        """Follow to the next decision of the partition."""
        self.last = row
        before = self._before(row)
        yield from self._settled(before, whole(row.place) - 1)
        if before is None:
            should = [link(self._digest, _values(row), key) for key in self._keys]
            self._doubt = _Doubt(row, self._place + 1, should)
        else:
            if row.place != self._place + 1:
                yield of_decision(row, f"has place {row.place}, and {self._place + 1} was due")
            self._place, self._digest = row.place, row.chain

    def finish(self, head: Row | None) -> Iterator[Finding]:
        """Compare where the chain ends with where it should by `ledger_head`."""
        if head is None:
            yield Finding("ledger_head", f"the end of chain {self.partition} is missing")
            return
        place, digest = whole(head.place), head.chain
        yield from self._settled(digest if digest in self._candidates() else None, place)
        if place > self._place:
            gone = decisions(place - self._place)
            what = f"{gone} gone at the end of chain {self.partition}, after place {self._place}"
            yield Finding("decision", what)
        elif (place, digest) != (self._place, self._digest):
            what = f"stands where chain {self.partition} has ended: it was added, or the end moved"
            yield of_decision(self.last, what) if self.last else Finding("ledger_head", what)
        elif head.decision_id != (self.last.id if self.last else None):
            what = f"chain {self.partition} does not end with decision {head.decision_id} as here"
            yield Finding("ledger_head", what)

    def _candidates(self) -> Sequence[str]:
        doubt = self._doubt
        return [self._digest] if doubt is None else [doubt.row.chain, *doubt.should, self._digest]

    def _before(self, row: Row) -> str | None:
        """Return the digest from which the decision follows; None if it follows from nothing."""
        values = _values(row)
        for number, key in enumerate(self._keys):
            for before in self._candidates():
                if link(before, values, key) == row.chain:
                    self._keys = self._keys if number else self._keys[:1]
                    return before
        return None

    def _settled(self, before: str | None, place: int) -> Iterator[Finding]:
        """Say what became of the decision in doubt, now that the chain goes on from `before`.

        `place` is the one that the last decision has, as what comes after it tells.
        """
        doubt, self._doubt = self._doubt, None
        if doubt is None:
            return
        if before == self._digest:
            yield of_decision(doubt.row, "does not belong here: it was inserted or moved")
            return
        here = place if before == doubt.row.chain else whole(doubt.row.place)
        self._place, self._digest = here, before or doubt.row.chain
        if before in doubt.should:
            yield of_decision(doubt.row, "its digest has been changed")
        else:
            yield of_decision(doubt.row, _told(here - doubt.due))


def _told(ahead: int) -> str:
    if ahead > 0:
        return f"{decisions(ahead)} gone before it in its chain"
    if ahead < 0:
        return "does not belong here: it was inserted or moved"
    return "has been changed since it was stored"


def _values(row: Row) -> Sequence[Any]:
    values: Sequence[Any] = row[: len(PUBLIC)]
    return values
