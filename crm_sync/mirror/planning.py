"""What a sync would read, and how, without reading or changing anything."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from crm_sync.mirror.cursor import Cursor, load_cursor
from crm_sync.mirror.drift import stored_kinds
from crm_sync.mirror.kinds import instant_text
from crm_sync.mirror.layout import read_layout
from crm_sync.mirror.report import ObjectReport
from crm_sync.mirror.syncing import chosen_objects
from crm_sync.mirror.ways import Pace, Way
from crm_sync.mirror.window import Window
from crm_sync.profiles import Profile

if TYPE_CHECKING:
    from crm_sync.salesforce import Session

__all__ = ["Plan", "Planned", "plan_sync"]


@dataclass(frozen=True)
class Planned:
    """One object: rows to read (None: the org does not say), by which way, in how many calls."""

    object: str
    rows: int | None
    way: str
    calls: int


@dataclass(frozen=True)
class Plan:
    """What would be read, and what a person should know before."""

    objects: list[Planned]
    warnings: list[str]
    calls_left: int | None


def plan_sync(
    session: "Session",
    engine: Engine,
    profile: Profile,
    *,
    objects: Collection[str] | None = None,
    full: bool = False,
    since: datetime | None = None,
    way: Way | None = None,
) -> Plan:
    """Count what a sync with these options would read. Raises ProfileError, CrmError."""
    chosen = chosen_objects(profile, objects)
    with engine.connect() as connection:
        stored = stored_kinds(connection, profile.objects)
        cursors = {name: load_cursor(connection, name) for name in chosen}
    layout = read_layout(session, profile, stored, anew=chosen if full else set())
    windows = [
        Window(name, layout.present[name], _start(cursors[name], full, since), ObjectReport())
        for name in sorted(chosen & layout.present.keys())
    ]
    counted = session.counts([each.counting for each in windows])
    pace = Pace(session.page_size)
    planned = []
    for window, rows in zip(windows, counted, strict=True):
        taken = way or pace.way(rows or 0, window.soql, session.allowance.left)
        planned.append(Planned(window.name, rows, taken.value, pace.calls(rows or 0, taken)))
    told = [each.what for each in layout.warnings if each.object in chosen]
    return Plan(planned, told, session.allowance.left)


def _start(cursor: Cursor | None, full: bool, since: datetime | None) -> Cursor:
    if full or cursor is None:
        return Cursor()
    from_then = instant_text(since) if since else None
    return replace(cursor, settled=min(filter(None, (cursor.settled, from_then)), default=None))
