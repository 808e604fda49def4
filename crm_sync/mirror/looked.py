"""How old the mirror is, what stands in it of some records, and which it saw merged."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, column, func, inspect, select, table

from crm_sync.mirror.storing import in_steps
from crm_sync.mirror.tables import merged_record, sync_cursor

__all__ = ["last_read", "merged_into", "mirrored", "read_until", "synced_since"]


def synced_since(connection: Connection, names: Collection[str]) -> datetime | None:
    """Return since when all these objects are read to their end; None: some never were."""
    query = select(sync_cursor.c.synced_at).where(sync_cursor.c.object.in_(names))
    ends = list(connection.scalars(query))
    if len(ends) < len(names) or not all(ends):
        return None
    return min(datetime.fromisoformat(end) for end in ends)


def last_read(connection: Connection) -> datetime | None:
    """Return since when no object has been read to its end again; None: none ever was."""
    oldest = connection.execute(select(func.min(sync_cursor.c.synced_at))).scalar()
    return datetime.fromisoformat(oldest) if oldest else None


def read_until(connection: Connection) -> dict[str, datetime | None]:
    """Return the stamp of the last row read of each object, in the org's time; None: no row yet."""
    query = select(sync_cursor.c.object, sync_cursor.c.systemmodstamp)
    return {
        name: datetime.fromisoformat(stamp) if stamp else None
        for name, stamp in connection.execute(query)
    }


def merged_into(connection: Connection) -> dict[str, str]:
    """Return the record that each merged one lives on as, at the end of its chain of merges."""
    direct = {
        row.old_id: row.id
        for row in connection.execute(select(merged_record.c.old_id, merged_record.c.id))
    }
    return {old: _end(old, direct) for old in direct}


def _end(old: str, direct: Mapping[str, str]) -> str:
    met = {old}
    while (new := direct.get(old)) is not None and new not in met:
        met.add(new)
        old = new
    return old


def mirrored(
    connection: Connection, name: str, field: str, ids: Iterable[str]
) -> dict[str, str | None]:
    """Return what stands in `field` of an object's mirrored records, by Id; {}: not mirrored."""
    inspector = inspect(connection)
    if not inspector.has_table(f"crm_{name}"):
        return {}
    if field not in {each["name"] for each in inspector.get_columns(f"crm_{name}")}:
        return {}
    here = table(f"crm_{name}", column("Id"), column(field))
    found: dict[str, str | None] = {}
    for step in in_steps(list(ids)):
        rows = connection.execute(select(here.c.Id, here.c[field]).where(here.c.Id.in_(step)))
        found.update((row[0], row[1]) for row in rows)
    return found
