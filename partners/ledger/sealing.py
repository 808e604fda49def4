"""Seal the ledger: one root over the ends of all chains, which covers the root before it."""

import re
from datetime import datetime

from sqlalchemy import Connection, select

from partners.errors import RootRefused
from partners.ledger.chain import Key, link, name_of
from partners.ledger.heads import hold_heads
from partners.store import canonical_json, insert_stored, instant_text, next_numbers, seal

__all__ = ["SEALED", "kept_root", "latest_root", "seal_ledger"]

_FEWEST, _MOST = 8, 64
SEALED = ("id", "run_id", "sealed_at", "upto", "heads", "key_id")
"""The columns of a seal that its root covers, in this order, beside the root before it."""


def seal_ledger(connection: Connection, run_id: int | None, now: datetime, key: Key) -> str:
    """Seal what stands in the ledger; return the root."""
    heads = hold_heads(connection)
    ends = [[head.place, head.chain] for head in heads]
    upto = max(head.decision_id or 0 for head in heads)
    (number,) = next_numbers(connection, seal, 1)
    told = (number, run_id, instant_text(now), upto, canonical_json(ends), name_of(key))
    previous = latest_root(connection) or ""
    root = link(previous, told, key)
    insert_stored(connection, seal, (*SEALED, "previous", "root"), [(*told, previous, root)])
    return root


def kept_root(text: str) -> str:
    """Return a root that was kept elsewhere, or how it begins, as roots are written here.

    Raises RootRefused for what is no root, or has so few digits that another may begin alike.
    """
    root = text.strip().lower()
    if not re.fullmatch(f"[0-9a-f]{{{_FEWEST},{_MOST}}}", root):
        raise RootRefused(
            f"{text!r} is no root of a ledger, nor how one begins.",
            remedy=f"write {_FEWEST} to {_MOST} digits of it (0-9, a-f), as a run printed them",
        )
    return root


def latest_root(connection: Connection) -> str | None:
    """Return the root of the last seal; None when nothing was sealed yet."""
    return connection.execute(select(seal.c.root).order_by(seal.c.id.desc()).limit(1)).scalar()
