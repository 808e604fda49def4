"""Append decisions to the ledger: each behind the last of its partition, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import Connection

from partners.ledger.chain import Key, partition_of, refuse_mark, sealed_by
from partners.ledger.heads import hold_heads, move_heads
from partners.store import JsonText, decision, decision_private, insert_stored, next_numbers
from partners.store import stored_rows as as_stored

__all__ = ["ERASURE", "PUBLIC", "Entry", "append"]

ERASURE = "erasure"
"""The kind of a row that says that somebody had a partner erased: no decision."""
_SALT_BYTES = 16


class Entry(NamedTuple):
    """A decision as it goes into the ledger. `recorded` is the part that may be erased."""

    run_id: int | None
    partner_id: str
    decided_at: datetime
    suspended: bool
    rulebook_hash: str | None
    engine: str | None
    kind: str
    by: str
    stage_from: str | None
    stage_to: str
    fired: JsonText
    why: JsonText
    why_not: JsonText
    facts: JsonText
    outcome_hash: str | None
    recorded: JsonText | None


_TOLD = ("id", *Entry._fields[:-1])
PUBLIC = (*_TOLD, "partition", "place", "sealed")
"""The columns of a decision that its chain covers, in this order."""


def append(connection: Connection, entries: Sequence[Entry], key: Key) -> Sequence[int]:
    """Append decisions, and what each was made from beside it; return their numbers.

    The connection must be in a transaction that writes. Raises LedgerBroken when the ends of the
    chains are missing.
    """
    refuse_mark(*{text for entry in entries for text in (entry.partner_id, entry.by)})
    # Held before numbers are taken: in each chain, the numbers of decisions ascend.
    heads = hold_heads(connection)
    numbers = next_numbers(connection, decision, len(entries))
    numbered = [(number, *entry) for number, entry in zip(numbers, entries, strict=True)]
    salts = token_hex(_SALT_BYTES * len(entries))
    public, private = [], []
    for index, row in enumerate(as_stored(connection, decision, _TOLD, numbered)):
        recorded, sealed = row[-1], ""
        if recorded is not None:
            salt = salts[2 * _SALT_BYTES * index : 2 * _SALT_BYTES * (index + 1)]
            sealed = sealed_by(salt, recorded)
            private.append((row[0], salt, recorded))
        head = heads[partition_of(row[2])]
        public.append(head.append(row[0], row[:-1], sealed, key))
    insert_stored(connection, decision, (*PUBLIC, "chain"), public)
    insert_stored(connection, decision_private, ("decision_id", "salt", "recorded"), private)
    move_heads(connection, heads)
    return numbers
