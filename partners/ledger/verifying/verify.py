"""Go through the whole ledger once, in the order in which it was written, and say what is wrong."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection, text

from partners.ledger.appending import ERASURE, PUBLIC
from partners.ledger.chain import PARTITIONS, Key, partition_of
from partners.ledger.findings import Finding, Row
from partners.ledger.sealing import kept_root, latest_root
from partners.ledger.stream import as_it_lies, streamed
from partners.ledger.verifying.chains import Chain
from partners.ledger.verifying.episodes import Episodes
from partners.ledger.verifying.private import Private
from partners.ledger.verifying.rulebooks import check_rulebooks
from partners.ledger.verifying.seals import Seals, can_follow, check_key
from partners.ledger.verifying.standings import check_standings
from partners.store import Store

__all__ = ["Verified", "verify"]

_COLUMNS = ", ".join(f'decision."{name}"' for name in (*PUBLIC, "chain"))
_EVERY = text(
    f"SELECT {_COLUMNS}, salt, recorded FROM decision "
    "LEFT JOIN decision_private ON decision_id = decision.id ORDER BY decision.id"
)
_HEADS = text('SELECT "partition", place, chain, decision_id FROM ledger_head')
_MOST_FINDINGS = 1_000


@dataclass(frozen=True)
class Verified:
    """What a look through the ledger found; of very many findings only the first are told.

    `decisions` leaves out the notes that somebody had a partner erased, which are `erasures`;
    `erased` is how many decisions can therefore no longer be made again. `since_seal` is how many
    rows no root covers yet, `followed` whether the key was there to follow the chains.
    """

    decisions: int
    erased: int
    erasures: int
    seals: int
    since_seal: int
    root: str | None
    followed: bool
    found: int
    findings: Sequence[Finding]


def verify(store: Store, key: Key, root: str | None = None) -> Verified:
    """Check every row of the ledger; `root` is one that was kept elsewhere, or how it begins.

    Raises RootRefused for a `root` that is none, or too short to tell one from another.
    """
    root = None if root is None else kept_root(root)
    with store.reading() as connection:
        as_it_lies(connection)
        last = latest_root(connection)
        checking = _Checking(connection, key, root)
        found, findings = 0, []
        with closing(checking.run()) as run:
            for found, finding in enumerate(run, start=1):
                if found <= _MOST_FINDINGS:
                    findings.append(finding.printable())
    return Verified(
        checking.decisions,
        checking.private.erased,
        checking.private.erasures,
        checking.seals.count,
        checking.since_seal,
        last,
        checking.followed,
        found,
        findings,
    )


class _Checking:
    """One look through the ledger."""

    def __init__(self, connection: Connection, key: Key, root: str | None) -> None:
        self._connection = connection
        self._key = key
        self.followed = can_follow(connection, key)
        self.chains = [Chain(partition, key) for partition in range(PARTITIONS)]
        self.seals = Seals(connection, key, root)
        self.private = Private(connection)
        self._episodes = Episodes(connection)
        self._rulebooks: set[str] = set()
        self.decisions = self.since_seal = 0

    def run(self) -> Generator[Finding, None, None]:
        """Yield everything that is wrong."""
        with closing(self.seals), closing(self._episodes):
            yield from self._run()

    def _run(self) -> Iterator[Finding]:
        yield from check_key(self._connection, self._key)
        with closing(streamed(self._connection, _EVERY)) as rows:
            for row in rows:
                yield from self._decision(row)
        if self.followed:
            yield from self._ends()
        yield from self.private.finish()
        yield from self._episodes.finish()
        yield from check_standings(self._connection)
        yield from check_rulebooks(self._connection, self._rulebooks)

    def _decision(self, row: Row) -> Iterator[Finding]:
        self.decisions += row.kind != ERASURE
        if row.rulebook_hash is not None:
            self._rulebooks.add(row.rulebook_hash)
        if self.followed:
            sealed = self.seals.count
            yield from self.seals.passed(row.id, self.chains)
            self.since_seal = self.since_seal + 1 if self.seals.count == sealed else 1
            yield from self._chain_of(row).follow(row)
        yield from self.private.of(row)
        yield from self._episodes.of(row)

    def _chain_of(self, row: Row) -> Chain:
        """Return the chain in which the decision stands, also when partner or partition changed."""
        due = self.chains[partition_of(str(row.partner_id))]
        stored = row.partition if row.partition in range(PARTITIONS) else due.partition
        return self.chains[stored] if self.chains[stored].due == row.place else due

    def _ends(self) -> Iterator[Finding]:
        heads = {row.partition: row for row in self._connection.execute(_HEADS)}
        for chain in self.chains:
            yield from chain.finish(heads.pop(chain.partition, None))
        for stray in heads:
            yield Finding("ledger_head", f"the end of a chain {stray}, which there is not")
        sealed = self.seals.count
        yield from self.seals.finish(self.chains)
        self.since_seal *= self.seals.count == sealed
