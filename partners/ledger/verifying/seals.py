"""Check the seals: each root covers the one before it, and the ends that the chains had then."""

import hmac
import json
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

from partners.ledger.chain import PARTITIONS, Key, link, name_of
from partners.ledger.findings import Finding, Row, whole
from partners.ledger.sealing import SEALED
from partners.ledger.stream import Stream
from partners.ledger.verifying.chains import Chain

__all__ = ["Seals", "can_follow", "check_key"]

_COLUMNS = ", ".join(SEALED)
_EVERY = text(f"SELECT {_COLUMNS}, previous, root FROM seal ORDER BY id")
_LAST_KEY = text("SELECT key_id FROM seal ORDER BY id DESC LIMIT 1")
_UNSEALED = text(
    "SELECT run.id FROM run LEFT JOIN seal ON seal.run_id = run.id "
    "WHERE run.status = 'done' AND seal.id IS NULL ORDER BY run.id"
)


def can_follow(connection: Connection, key: Key) -> bool:
    """Return whether this is the key that the ledger was made with last, or it had none then."""
    last = connection.execute(_LAST_KEY).first()
    return last is None or last.key_id in (None, name_of(key))


def check_key(connection: Connection, key: Key) -> Iterator[Finding]:
    """Yield what is wrong with the key."""
    last = connection.execute(_LAST_KEY).first()
    if last is None or last.key_id == name_of(key):
        return
    if key is None:
        what = "made with a key, and none is set: write it in [audit] key to follow the chains"
    elif last.key_id is None:
        what = "made without the key that is set: the next run makes one with it"
    else:
        what = "made with another key than the one that is set in [audit] key"
    yield Finding("seal", f"the last root was {what}")


Heads = Sequence[tuple[int, str]]
"""Place and digest of the last decision of each chain."""


class Seals:
    """Goes through the seals as the decisions go by."""

    def __init__(self, connection: Connection, key: Key, wanted: str | None) -> None:
        self._connection = connection
        self._rows = Stream(connection, _EVERY)
        self._key = key
        self._wanted = wanted
        self._told: dict[int, object] = {}
        self._keyed = False
        self.count, self.root = 0, ""

    def passed(self, number: int, chains: Sequence[Chain]) -> Iterator[Finding]:
        """Check the seals made before the decision with this number was."""
        for row in self._rows.while_(lambda row: whole(row.upto) < number):
            yield from self._check(row, chains)

    def finish(self, chains: Sequence[Chain]) -> Iterator[Finding]:
        """Check the seals that are left, whether every run has one, and whether one is missed."""
        for row in self._rows.while_(lambda _: True):
            yield from self._check(row, chains)
        for run in self._connection.execute(_UNSEALED):
            yield Finding("seal", f"the seal of run {run.id} is gone")
        if self._wanted:
            yield Finding("seal", f"no seal has the root {self._wanted}")

    def close(self) -> None:
        """Let go of the seals that are left."""
        self._rows.close()

    def _check(self, row: Row, chains: Sequence[Chain]) -> Iterator[Finding]:
        when = f"seal {row.id} of {str(row.sealed_at)[:10]}"
        self.count += 1
        if row.previous != self.root:
            yield Finding("seal", f"{when} does not follow the one before it: some are gone")
        if self._keyed and row.key_id is None:
            yield Finding("seal", f"{when} was made without the key that was used before")
        self._keyed |= row.key_id is not None
        key = self._key if row.key_id == name_of(self._key) else None
        root = link(row.previous, row[: len(SEALED)], key)
        self.root = row.root
        genuine = hmac.compare_digest(root.encode(), str(row.root).encode(errors="replace"))
        if not genuine or (heads := _heads(row.heads)) is None:
            yield Finding("seal", f"{when} has been changed")
            return
        if self._wanted and root.startswith(self._wanted):
            self._wanted = None
        yield from self._compared(when, heads, chains)

    def _compared(self, when: str, heads: Heads, chains: Sequence[Chain]) -> Iterator[Finding]:
        for chain, (place, digest) in zip(chains, heads, strict=True):
            if chain.end != (place, digest) and self._told.get(chain.partition) != digest:
                self._told[chain.partition] = digest
                what = f"chain {chain.partition} does not stand as it was sealed: place {place}"
                yield Finding("seal", f"{when}: {what} ended otherwise, or is gone")


def _heads(told: str) -> Heads | None:
    """Return the heads of a seal; None where they are none, whatever their root says."""
    try:
        heads = [(int(place), str(digest)) for place, digest in json.loads(told)]
    except (ValueError, TypeError, RecursionError):
        return None
    return heads if len(heads) == PARTITIONS else None
