"""One row by its id, or by the beginning of it."""

from typing import Any

from sqlalchemy import Table, select

from partners.errors import DraftUnknown
from partners.store import Store

__all__ = ["read_by_id"]


def read_by_id(store: Store, table: Table, wanted: str, noun: str, remedy: str) -> dict[str, Any]:
    """Return the one row whose id begins so; raise DraftUnknown for none, or several."""
    with store.reading() as connection:
        found = connection.execute(select(table).where(table.c.id.startswith(wanted)).limit(2))
        rows = [dict(row._mapping) for row in found]
    if len(rows) != 1:
        what = f"Several {noun}s begin with {wanted}." if rows else f"There is no {noun} {wanted}."
        raise DraftUnknown(what, remedy=remedy)
    return rows[0]
