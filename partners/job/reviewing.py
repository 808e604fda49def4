"""The day on which a partner is to be looked at again, where it moves and nothing else changes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import Connection, bindparam, select, update

from crm_sync.outbox import Write
from crm_sync.profiles import Appears
from lifecycle.deciding import review_column
from partners.job.chunks import in_chunks
from partners.job.looking import Look
from partners.job.outbox import waiting_of
from partners.job.recording import Recorder
from partners.job.writeback import REVIEW_FIELD, review_of
from partners.store import Store, outbox, standing

__all__ = ["review"]

_AT_ONCE = 500


class _Moved(NamedTuple):
    """A partner whose day moved, and the CRM's object that it is a record of."""

    partner_id: str
    object: str
    on: Any


def review(store: Store, recorder: Recorder, seen: Look, appears: Appears) -> None:
    """Store and queue the days of partners who were not decided anew."""
    for some in in_chunks(_moved(seen), _AT_ONCE):
        with store.transaction() as connection:
            here = update(standing).where(standing.c.partner_id == bindparam("its"))
            days = [{"its": each.partner_id, "day": each.on} for each in some]
            connection.execute(here.values(review_on=bindparam("day")), days)
            if "review_on" in appears.partner:
                writes = list(_writes(connection, some))
                recorder.outbox(connection, [(str(w.record_id), None, w) for w in writes])


def _moved(seen: Look) -> Iterator[_Moved]:
    unchanged = seen.sweep.matrix.filter(~seen.sweep.outcome["changed"])
    day = review_column(seen.sweep.day).alias("review_on")
    now = unchanged.select("partner.id", "partner.crm_object", day)
    was = seen.standing.select("partner_id", pl.col("review_on").alias("was"))
    beside = now.join(was, left_on="partner.id", right_on="partner_id")
    moved = beside.filter(pl.col("review_on").ne_missing(pl.col("was"))).drop("was")
    yield from map(_Moved._make, moved.iter_rows())


def _writes(connection: Connection, moved: Sequence[_Moved]) -> Iterator[Write]:
    """Yield the writes; one of the partner's record that still waits takes the day along."""
    waiting = _waiting(connection, [each.partner_id for each in moved])
    for each in moved:
        on = each.on.isoformat() if each.on else None
        if each.partner_id not in waiting:
            yield review_of(each.partner_id, each.object or "Account", on)
            continue
        number, fields = waiting[each.partner_id]
        this = update(outbox).where(outbox.c.id == number)
        connection.execute(this.values(fields={**fields, REVIEW_FIELD: on}))


def _waiting(
    connection: Connection, partners: Sequence[str]
) -> dict[str, tuple[int, Mapping[str, Any]]]:
    query = select(outbox).where(waiting_of(partners), outbox.c.record_id == outbox.c.partner_id)
    return {row.partner_id: (row.id, row.fields) for row in connection.execute(query)}
