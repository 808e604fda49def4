"""What is known of an object's walks: how far one has got, and when the last one ended."""

from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import Connection, select

from crm_sync.mirror.kinds import instant_text
from crm_sync.mirror.storing import upsert_rows
from crm_sync.mirror.tables import object_walk

__all__ = ["Walked", "load_walked", "store_walked"]


@dataclass(frozen=True)
class Walked:
    """See the columns of the table `object_walk`; `fields` are its words."""

    place: str | None = None
    fields: tuple[str, ...] = ()
    mark: str | None = None
    begun_at: str | None = None
    expected: int | None = None
    org_rows: int = 0
    here_rows: int = 0
    org_digest: str = ""
    here_digest: str = ""
    mended: int = 0
    compared_at: str | None = None
    refreshed_at: str | None = None
    off_by: int = 0

    @property
    def under_way(self) -> bool:
        """Tell whether a walk has begun and not come to its end."""
        return self.place is not None

    def begun(self, names: tuple[str, ...], mark: str | None, now: str) -> "Walked":
        """Return the record of a walk that begins."""
        kept = {each: getattr(self, each) for each in ("compared_at", "refreshed_at", "off_by")}
        return Walked("", names, mark, now, **kept)

    def ended(self, *, refreshed: bool) -> "Walked":
        """Return the record of a walk that has come to its end: it saw the org as of its begin."""
        when = self.begun_at if refreshed else self.refreshed_at
        return replace(self, place=None, compared_at=self.begun_at, refreshed_at=when, off_by=0)

    @classmethod
    def everything_read(cls, now: datetime) -> "Walked":
        """Return the record of an object that was just read from its beginning."""
        return cls(compared_at=instant_text(now), refreshed_at=instant_text(now))


def load_walked(connection: Connection, name: str) -> Walked | None:
    """Return what is known of an object's walks, None when there was none."""
    row = connection.execute(select(object_walk).where(object_walk.c.object == name)).one_or_none()
    if row is None:
        return None
    known = {each.name: getattr(row, each.name) for each in fields(Walked)}
    return Walked(**{**known, "fields": tuple(row.fields.split())})


def store_walked(connection: Connection, name: str, walked: Walked) -> None:
    """Store what is known of an object's walks."""
    values = {each.name: getattr(walked, each.name) for each in fields(Walked)}
    row = {**values, "object": name, "fields": " ".join(walked.fields)}
    upsert_rows(
        connection, object_walk, [tuple(row[column.name] for column in object_walk.columns)]
    )
