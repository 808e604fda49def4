"""The ends of the chains, held for the length of a transaction that appends to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from partners.errors import LedgerBroken
from partners.ledger.chain import PARTITIONS, Key, link
from partners.store import ledger_head

__all__ = ["Head", "hold_heads", "move_heads"]


@dataclass
class Head:
    """The last decision of a partition: its place there, its digest, its number in the store."""

    partition: int
    place: int
    chain: str
    decision_id: int | None

    def append(self, number: int, values: Sequence[Any], sealed: str, key: Key) -> tuple[Any, ...]:
        """Put a decision behind the last one; return its row whole."""
        self.place += 1
        row = (*values, self.partition, self.place, sealed)
        self.chain = link(self.chain, row, key)
        self.decision_id = number
        return (*row, self.chain)


def hold_heads(connection: Connection) -> list[Head]:
    """Return every head, by partition; until the transaction ends, nobody else gets them.

    Raises LedgerBroken when some are missing.
    """
    query = select(ledger_head).order_by(ledger_head.c.partition).with_for_update()
    heads = [Head(*row) for row in connection.execute(query)]
    if [head.partition for head in heads] != list(range(PARTITIONS)):
        raise LedgerBroken(
            "The ledger has lost the ends of its chains, or has others: nothing can be appended.",
            where="the table ledger_head",
            remedy="see what `partners audit verify` finds, and restore the store from a backup",
        )
    return heads


def move_heads(connection: Connection, heads: Iterable[Head]) -> None:
    """Store where the chains end now."""
    at = ledger_head.c.partition == bindparam("at")
    moving = (
        update(ledger_head)
        .where(at)
        .values(
            place=bindparam("new_place"),
            chain=bindparam("new_chain"),
            decision_id=bindparam("new_decision_id"),
        )
    )
    given = [
        {
            "at": head.partition,
            "new_place": head.place,
            "new_chain": head.chain,
            "new_decision_id": head.decision_id,
        }
        for head in heads
    ]
    connection.execute(moving, given)
