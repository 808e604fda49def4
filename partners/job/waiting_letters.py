"""How many letters wait for a person, told on the partner's record: the CRM lists by it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, column, func, select, table, update

from partners.job.chunks import in_chunks
from partners.job.outbox import DUE
from partners.job.upkeep import READY
from partners.job.writeback import DRAFTS_FIELD
from partners.store import draft, insert_rows, outbox, standing

__all__ = ["tell_waiting_letters"]

_AT_ONCE = 500
_ROW = ("key", "partner_id", "object", "operation", "record_id", "fields", "state", "created_at")
_partner = table("partner", column("id"), column("crm_object"))


def tell_waiting_letters(connection: Connection, now: datetime) -> None:
    """Queue each partner's number of waiting letters where it is not what was told last.

    It goes with the standing that waits for the same record, which may have replaced an earlier
    write of it; only without one it makes a write of its own.
    """
    query = select(draft.c.partner_id, func.count()).where(draft.c.status.in_(READY))
    waiting = _counts(connection, query.group_by(draft.c.partner_id))
    told = select(standing.c.partner_id, standing.c.letters_told)
    stood = _counts(connection, told.where(standing.c.letters_told > 0))
    changed = {
        partner: waiting.get(partner, 0)
        for partner in waiting.keys() | stood.keys()
        if waiting.get(partner, 0) != stood.get(partner, 0)
    }
    alone = changed.keys() - _go_along(connection, waiting)
    insert_rows(connection, outbox, _ROW, _rows(_objects(connection, alone), changed, now))
    this = update(standing).where(standing.c.partner_id == bindparam("its"))
    values = [{"its": partner, "many": many} for partner, many in changed.items()]
    if values:
        connection.execute(this.values(letters_told=bindparam("many")), values)


def _counts(connection: Connection, query: Any) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(query)}


def _go_along(connection: Connection, waiting: Mapping[str, int]) -> set[str]:
    """Put the numbers into the standings that wait to be written; return whose they are."""
    here = outbox.c.state.in_(DUE) & outbox.c.key.startswith("standing/")
    query = select(outbox.c.id, outbox.c.record_id, outbox.c.fields).where(here)
    values = [
        {"its": row.id, "record": row.record_id, "whole": {**row.fields, DRAFTS_FIELD: many}}
        for row in connection.execute(query)
        if (many := waiting.get(row.record_id, 0)) != row.fields.get(DRAFTS_FIELD)
    ]
    whole = bindparam("whole", type_=outbox.c.fields.type)
    this = update(outbox).where(outbox.c.id == bindparam("its")).values(fields=whole)
    if values:
        connection.execute(this, [{"its": each["its"], "whole": each["whole"]} for each in values])
    return {each["record"] for each in values}


def _objects(connection: Connection, partners: Collection[str]) -> dict[str, str]:
    """Return the object of each partner that is still there."""
    found: dict[str, str] = {}
    for some in in_chunks(sorted(partners), _AT_ONCE):
        query = select(_partner.c.id, _partner.c.crm_object).where(_partner.c.id.in_(some))
        found |= {row.id: row.crm_object for row in connection.execute(query)}
    return found


def _rows(
    objects: Mapping[str, str], changed: Mapping[str, int], now: datetime
) -> list[tuple[Any, ...]]:
    return [
        (
            f"letters/{partner}/{now:%Y%m%dT%H%M%S%f}",
            partner,
            name,
            "update",
            partner,
            {DRAFTS_FIELD: changed[partner]},
            "pending",
            now,
        )
        for partner, name in sorted(objects.items())
    ]
