"""Deliver what waits in the outbox, and note what became of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Row, Select, func, or_, select

from crm_sync.errors import CrmLimitReached
from crm_sync.mirror import synced_since
from crm_sync.outbox import Write, deliver
from crm_sync.profiles import Profile
from crm_sync.salesforce import Session
from partners.errors import MirrorTooOld
from partners.job.edits import Edits, read_edits
from partners.job.following import follow_records
from partners.job.locked import keep_back
from partners.job.metadata import Locked
from partners.job.noting import Noting
from partners.job.outbox import DUE, unsettled
from partners.job.protecting import Protection
from partners.job.versions import as_versions
from partners.job.writeback import STAGE_FIELD
from partners.store import Store, outbox, standing

__all__ = ["Delivered", "check_age", "deliver_all"]

_log = structlog.get_logger()
Told = Sequence[Mapping[str, Any]]


@dataclass
class Delivered:
    """What was written to the CRM by kind, and what a person must look at.

    All writes that wait, are set aside or stand against what a person did, of earlier runs too.
    """

    written: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    closed: int = 0
    """Writes closed in this run: their record has gone, or a person has taken the task up."""
    set_aside: Told = ()
    conflicts: Told = ()
    """Stages that a person has changed since we last looked: nothing is written over them."""
    stopped: str | None = None
    """Why the run ended before everything was sent."""


def check_age(store: Store, profile: Profile, now: datetime, most: timedelta) -> None:
    """Raise MirrorTooOld when what was decided rests on a mirror older than `most`."""
    needed = [name for name in profile.objects if not profile.is_optional(name)]
    with store.reading() as connection:
        since = synced_since(connection, needed)
    if since is None or now - since > most:
        age = f"from {since:%Y-%m-%d %H:%M} UTC" if since else "not complete"
        raise MirrorTooOld(
            f"Nothing is written to the CRM: the mirror is {age}.",
            where="outbox.mirror_hours",
            remedy="run `partners sync`, then again; or allow an older mirror",
        )


def deliver_all(
    store: Store,
    session: Session,
    now: datetime,
    progress: Callable[[int, int], None],
    locked: Locked | None = None,
) -> Delivered:
    """Send every write whose time has come, and store the answers as they come in.

    Fields that our user may not write (`locked`) are kept back, and told.
    Raises CrmError when the CRM cannot be reached; what was answered until then is noted, and what
    was not is sent again by the next run, which changes nothing that had arrived.
    """
    with store.transaction() as connection:
        keep_back(connection, locked or {})
        followed = follow_records(connection)
    with store.reading() as connection:
        rows = {row.key: row for row in connection.execute(_due(now))}
        seen = _seen(connection, rows.values())
    noting = Noting(store, rows, now)
    guard = Protection(store, session, rows, seen, _edits(session, rows.values()), now)
    doubtful = {key for key, row in rows.items() if row.sent_at is not None}
    stopped = None
    try:
        writes = as_versions(session, [_write(row) for row in rows.values()])
        for delivery in deliver(session, writes, guard=guard, doubtful=doubtful):
            noting.note(delivery)
            progress(noting.answered, len(rows))
    except CrmLimitReached as error:
        stopped = error.what
    finally:
        noting.flush()
    _log.info("outbox.delivered", written=sum(noting.written.values()), of=len(rows))
    return _told(store, noting, followed + noting.closed, stopped, now)


def _told(
    store: Store, noting: Noting, closed: int, stopped: str | None, now: datetime
) -> Delivered:
    with store.reading() as connection:
        pending = select(func.count()).where(outbox.c.state == "pending")
        return Delivered(
            written=noting.written,
            waiting=connection.execute(pending).scalar_one(),
            closed=closed,
            set_aside=unsettled(connection, ("set_aside",), now),
            conflicts=unsettled(connection, ("conflict", "overwritten"), now),
            stopped=stopped,
        )


def _due(now: datetime) -> Select[Any]:
    """Return what is to be sent now, in its order."""
    here = outbox.c.state.in_(DUE)
    time = or_(outbox.c.next_try.is_(None), outbox.c.next_try <= now)
    return select(outbox).where(here, time).order_by(outbox.c.id)


def _seen(connection: Connection, rows: Iterable[Row[Any]]) -> dict[str, str | None]:
    """Return the stage that each partner had in the CRM when we last looked or wrote."""
    if not any(STAGE_FIELD in row.fields for row in rows):
        return {}
    query = select(standing.c.partner_id, standing.c.crm_stage_seen)
    return {row.partner_id: row.crm_stage_seen for row in connection.execute(query)}


def _edits(session: Session, rows: Iterable[Row[Any]]) -> Edits:
    """Return what others did to stages since the oldest of these decisions was made."""
    looked: dict[str, list[datetime | None]] = {}
    for row in rows:
        if STAGE_FIELD in row.fields:
            looked.setdefault(row.object, []).append(row.looked_at)
    found: dict[str, Any] = {}
    for name, instants in looked.items():
        since = None if None in instants else min(filter(None, instants))
        found |= read_edits(session, name, since)
    return found


def _write(row: Row[Any]) -> Write:
    return Write(
        row.key, row.object, row.operation, row.record_id, row.external_id_field, row.fields
    )
