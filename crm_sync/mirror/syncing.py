"""From the org into the mirror: what changed since last time, page by page, resumable anywhere."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import Engine

from crm_sync.errors import ProfileError
from crm_sync.mirror.belonging import check_org
from crm_sync.mirror.drift import stored_kinds
from crm_sync.mirror.fetching import Fetcher
from crm_sync.mirror.layout import Layout, Present, read_layout
from crm_sync.mirror.options import Options
from crm_sync.mirror.rates import ExchangeRate, rates_of_org, store_rates
from crm_sync.mirror.reading import Reader
from crm_sync.mirror.reconciling import reconcile
from crm_sync.mirror.report import SyncReport
from crm_sync.mirror.run import Run
from crm_sync.mirror.staging import sweep
from crm_sync.mirror.tables import index_table, mirror_table, prepare_table
from crm_sync.mirror.views import create_views, drop_views, indexed_fields
from crm_sync.mirror.warned import keep_warnings
from crm_sync.mirror.ways import Pace
from crm_sync.profiles import Profile
from crm_sync.profiles.names import did_you_mean

if TYPE_CHECKING:
    from crm_sync.salesforce import Session

__all__ = ["chosen_objects", "sync"]

_log = structlog.get_logger(__name__)


def sync(
    session: "Session",
    engine: Engine,
    profile: Profile,
    *,
    now: datetime,
    objects: Collection[str] | None = None,
    rates: Iterable[ExchangeRate] = (),
    **options: Any,
) -> SyncReport:
    """Bring the mirror up to date with the org and make the views fit.

    The tables of MIRROR_METADATA must exist. Rows and cursor are committed together after every
    page, so a run that is killed anywhere goes on where it stopped. `objects` limits reading to
    some; `rates` are for currencies of which the org keeps no rate itself; `options`: see Options.
    Raises ProfileError when the org lacks what the profile needs, CrmError when it cannot be read.
    """
    how = Options(now, **options)
    chosen = chosen_objects(profile, objects)
    report = SyncReport()
    before = session.calls
    sweep()
    check_org(session, engine, now)
    layout = _prepared(session, engine, profile, chosen if how.full else set())
    report.notes += layout.notes
    report.warned += [each for each in layout.warnings if each.object in chosen]
    names = sorted(chosen & layout.present.keys())
    fetcher = Fetcher(session, engine, Pace(session.page_size), how.way)
    run = Run(session, engine, layout, fetcher, how, report)
    reader = Reader(run)
    for name in names:
        reader.read(name)
        _index(engine, profile, layout, name)
    reconcile(run, names)
    with engine.begin() as connection:
        store_rates(connection, rates_of_org(session, layout.names), instead=rates)
        keep_warnings(connection, names, report.warned, how.now_text)
    report.calls, report.calls_left = session.calls - before, session.allowance.left
    _log.info("mirror.synced", changed=report.changed, calls=report.calls)
    return report


def chosen_objects(profile: Profile, objects: Collection[str] | None) -> set[str]:
    """Return the objects to read; raises ProfileError for one that the profile does not know."""
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


def _prepared(
    session: "Session", engine: Engine, profile: Profile, anew: Collection[str]
) -> Layout:
    """Make tables and views fit what the org has."""
    with engine.connect() as connection:
        stored = stored_kinds(connection, profile.objects)
    layout = read_layout(session, profile, stored, anew=anew)
    with engine.begin() as connection:
        if _retyped(layout.present, stored):
            drop_views(connection)
        for name, fields in layout.present.items():
            prepare_table(connection, mirror_table(name, fields), stored.get(name, {}))
        create_views(connection, profile, layout.kept)
    return layout


def _retyped(present: Present, stored: Present) -> bool:
    return any(
        stored.get(name, {}).get(field, kind) is not kind
        for name, fields in present.items()
        for field, kind in fields.items()
    )


def _index(engine: Engine, profile: Profile, layout: Layout, name: str) -> None:
    wanted = indexed_fields(profile)[name]
    with engine.begin() as connection:
        index_table(connection, mirror_table(name, layout.present[name]), wanted)
