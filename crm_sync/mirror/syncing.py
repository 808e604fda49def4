"""From the org into the mirror: what changed since last time, page by page, resumable anywhere."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Engine

from crm_sync.errors import ProfileError
from crm_sync.mirror.belonging import check_org
from crm_sync.mirror.kinds import instant_text
from crm_sync.mirror.layout import Layout, read_layout
from crm_sync.mirror.rates import ExchangeRate, rates_of_org, store_rates
from crm_sync.mirror.reading import Progress, Reader
from crm_sync.mirror.report import SyncReport
from crm_sync.mirror.tables import mirror_table, prepare_table
from crm_sync.mirror.views import create_views, indexed_fields
from crm_sync.profiles import Profile
from crm_sync.profiles.names import did_you_mean

if TYPE_CHECKING:
    from crm_sync.salesforce import Session

__all__ = ["Progress", "sync"]

# A transaction in Salesforce lasts ten minutes at most.
_LATE = timedelta(minutes=10)
_log = structlog.get_logger(__name__)


def sync(
    session: "Session",
    engine: Engine,
    profile: Profile,
    *,
    now: datetime,
    full: bool = False,
    objects: Collection[str] | None = None,
    progress: Progress | None = None,
    late: timedelta = _LATE,
    rates: Iterable[ExchangeRate] = (),
) -> SyncReport:
    """Bring the mirror up to date with the org and make the views fit.

    The tables of MIRROR_METADATA must exist. Rows and cursor are committed together after every
    page, so a run that is killed anywhere goes on where it stopped. `full` reads everything again
    and removes what the org no longer has; `objects` limits reading to some; changes of the last
    `rates` are for currencies of which the org keeps no rate itself.
    `late` before the end of a run are read again by the next, since a transaction may end late.
    Raises ProfileError when the org lacks what the profile needs, CrmError when it cannot be read.
    """
    chosen = _chosen(profile, objects)
    report = SyncReport()
    before = session.calls
    check_org(session, engine, now)
    layout = read_layout(session, profile)
    report.notes += layout.notes
    _prepare(engine, profile, layout)
    reader = Reader(
        session, engine, report, now=instant_text(now), late=late, progress=progress or _silent
    )
    for name in sorted(chosen & layout.present.keys()):
        reader.read(name, layout.present[name], full=full)
    with engine.begin() as connection:
        store_rates(connection, rates_of_org(session, layout.names), instead=rates)
    report.calls = session.calls - before
    _log.info("mirror.synced", changed=report.changed, calls=report.calls)
    return report


def _chosen(profile: Profile, objects: Collection[str] | None) -> set[str]:
    if objects is None:
        return set(profile.objects)
    for name in objects:
        if name not in profile.objects:
            raise ProfileError(
                f"The profile {profile.name!r} does not read {name!r}.",
                where=profile.name,
                remedy=did_you_mean(name, profile.objects),
            )
    return set(objects)


def _prepare(engine: Engine, profile: Profile, layout: Layout) -> None:
    indexed = indexed_fields(profile)
    with engine.begin() as connection:
        for name, fields in layout.present.items():
            prepare_table(connection, mirror_table(name, fields), indexed[name])
        create_views(connection, profile, layout.present)


def _silent(_: str, __: int, ___: int) -> None:
    """Show no progress."""
