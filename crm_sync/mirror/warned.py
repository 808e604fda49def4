"""What a person must see stays known until a run no longer finds it."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, select

from crm_sync.mirror.drift import Warned
from crm_sync.mirror.storing import upsert_rows
from crm_sync.mirror.tables import sync_warning

__all__ = ["keep_warnings"]


def keep_warnings(
    connection: Connection, names: Collection[str], warned: Iterable[Warned], now: str
) -> None:
    """Replace the warnings of these objects; one that was known keeps the day it came."""
    of_these = sync_warning.c.object.in_(names)
    known = {
        (row.object, row.what): row.since
        for row in connection.execute(select(sync_warning).where(of_these))
    }
    connection.execute(delete(sync_warning).where(of_these))
    rows = {(each.object, each.what): known.get((each.object, each.what), now) for each in warned}
    upsert_rows(connection, sync_warning, [(*key, since) for key, since in rows.items()])
