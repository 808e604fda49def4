"""Screening hits, recorded and closed by hand. Who opened one does not close it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from partners.errors import HitRefused
from partners.job.finding import find_partner, partner_names
from partners.store import Store, read_aliases, screening_hit

__all__ = ["add_hit", "close_hit", "list_hits"]


def add_hit(
    store: Store, partner: str, list_name: str, entry: str, *, by: str, now: datetime
) -> int:
    """Record that a partner resembles an entry of a list; return the hit's number.

    Raises PartnerUnknown, and HitRefused where a name or the entry is empty, or the same is open.
    """
    _need(list=list_name, entry=entry, by=by)
    with store.transaction() as connection:
        partner_id, name = find_partner(connection, partner)
        row = {"partner_id": partner_id, "list_name": list_name, "entry": entry, "status": "open"}
        same = [screening_hit.c[column] == value for column, value in row.items()]
        if number := connection.execute(select(screening_hit.c.id).where(*same)).scalar():
            raise HitRefused(f"This is open already: hit {number} of {name}.")
        opened = insert(screening_hit).values({**row, "opened_at": now, "opened_by": by})
        added = opened.returning(screening_hit.c.id)
        return int(connection.execute(added).scalar_one())


def close_hit(store: Store, number: int, by: str, reason: str, now: datetime) -> None:
    """Close a hit: a second person has decided that it is not the same.

    Raises HitRefused where there is none open, it lacks a reason, or one person would do both.
    """
    _need(by=by, reason=reason)
    this = screening_hit.c.id == number
    with store.transaction() as connection:
        row = connection.execute(select(screening_hit).where(this)).first()
        _check(row, number, by)
        closed = {"status": "closed", "closed_at": now, "closed_by": by, "reason": reason}
        connection.execute(update(screening_hit).where(this).values(closed))


def _check(row: Row[Any] | None, number: int, by: str) -> None:
    if row is None or row.status != "open":
        what = f"Hit {number} is closed." if row else f"There is no hit {number}."
        raise HitRefused(what, remedy="`partners hits list` has those that are open")
    if _plain(row.opened_by) == _plain(by):
        what = f"{by} opened hit {number}, so somebody else has to close it."
        raise HitRefused(what, remedy="let a second person look at it")


def list_hits(
    store: Store, partner: str | None = None, *, everything: bool = False
) -> list[dict[str, Any]]:
    """Return open hits, or all, the latest first, under the ids of partners that live on."""
    with store.reading() as connection:
        aliases, names = read_aliases(connection), partner_names(connection)
        wanted = None if partner is None else find_partner(connection, partner)[0]
        query = select(screening_hit).order_by(screening_hit.c.id.desc())
        rows = [dict(row._mapping) for row in connection.execute(query)]
    for row in rows:
        row["partner_id"] = aliases.get(row["partner_id"], row["partner_id"])
        row["partner"] = names.get(row["partner_id"], row["partner_id"])
    return [
        row
        for row in rows
        if (everything or row["status"] == "open") and wanted in (None, row["partner_id"])
    ]


def _need(**given: str) -> None:
    for name, value in given.items():
        if not value.strip():
            raise HitRefused(f"A hit needs --{name}.", remedy=f"write it: --{name} …")


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
