"""How the mirror stands, told from the store alone: how far each object is read, what drifted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, inspect, select, table

from crm_sync.mirror.tables import bulk_job, object_walk, sync_cursor, sync_warning

__all__ = ["ObjectStatus", "mirror_status"]


@dataclass(frozen=True)
class ObjectStatus:
    """One object. Instants are aware, None where it never happened.

    `settled`: up to here nothing of the org is missing, `lag_s` how many seconds ago that was.
    `compared_at`: when all Ids were last compared. `off_by`: the org's rows less ours after the
    last run. `under_way`: what a run has begun and a later one will go on with.
    """

    object: str
    rows: int
    settled: datetime | None
    lag_s: float | None
    synced_at: datetime | None
    compared_at: datetime | None
    refreshed_at: datetime | None
    off_by: int
    under_way: Sequence[str]
    warnings: Sequence[str]


def mirror_status(connection: Connection, now: datetime) -> list[ObjectStatus]:
    """Return how every mirrored object stands, by name; `now` is what lags are counted to."""
    joined = sync_cursor.outerjoin(object_walk, object_walk.c.object == sync_cursor.c.object)
    columns = (
        sync_cursor.c["object", "settled", "synced_at"],
        object_walk.c["compared_at", "refreshed_at", "off_by", "place"],
    )
    query = select(*(column for some in columns for column in some)).select_from(joined)
    there = set(inspect(connection).get_table_names())
    found = []
    for row in connection.execute(query.order_by(sync_cursor.c.object)):
        # A first reading that has not come to its end is complete up to nowhere.
        settled, name = _instant(row.settled) if row.synced_at else None, row.object
        found.append(
            ObjectStatus(
                object=name,
                rows=_rows(connection, name) if f"crm_{name}" in there else 0,
                settled=settled,
                lag_s=(now - settled).total_seconds() if settled else None,
                synced_at=_instant(row.synced_at),
                compared_at=_instant(row.compared_at),
                refreshed_at=_instant(row.refreshed_at),
                off_by=row.off_by or 0,
                under_way=_under_way(connection, name, walking=row.place is not None),
                warnings=_warnings(connection, name),
            )
        )
    return found


def _rows(connection: Connection, name: str) -> int:
    return connection.execute(select(func.count()).select_from(table(f"crm_{name}"))).scalar_one()


def _under_way(connection: Connection, name: str, *, walking: bool) -> list[str]:
    jobs = select(bulk_job.c.purpose).where(bulk_job.c.object == name)
    found = [f"bulk job ({purpose})" for purpose in connection.scalars(jobs.order_by("purpose"))]
    return [*found, "comparison of all Ids"] if walking else found


def _warnings(connection: Connection, name: str) -> list[str]:
    query = select(sync_warning.c.what).where(sync_warning.c.object == name)
    return list(connection.scalars(query.order_by(sync_warning.c.since, sync_warning.c.what)))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
