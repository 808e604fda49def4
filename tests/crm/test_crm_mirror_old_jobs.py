"""A job that an earlier run began shows the org as it was then: what happened since holds."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from org_and_mirror import NOW, Place

from crm_sync.errors import CrmLimitReached
from crm_sync.mirror import Walker, bulk_reading, fetching
from crm_sync.mirror.ways import Way
from crm_sync.salesforce.bulk import begin_job

MINUTES = timedelta(minutes=10)


class Killed(Exception):
    """Stands for the end of the process."""


def killed(*_: Any, **__: Any) -> None:
    raise Killed


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_reading, "_FIRST_ROWS", 2)
    monkeypatch.setattr(bulk_reading, "BULK_PAGE_ROWS", 2)


def hour_ago(place: Place) -> datetime:
    return place.local.org.clock().replace(second=0, microsecond=0) - timedelta(hours=1)


def at(place: Place, moment: datetime) -> None:
    place.local.org.clock = lambda: moment


def test_what_was_deleted_since_the_job_began_stays_away(both: Place) -> None:
    begun = hour_ago(both)
    at(both, begun)
    ids = both.add(5)
    with pytest.raises(Killed):
        both.sync(way=Way.BULK, progress=killed)
    at(both, begun + MINUTES)
    both.local.org.hard_delete("Account", ids[3])
    at(both, begun + MINUTES * 2)
    both.sync(way=Way.BULK)
    assert both.here() == both.there()


def test_what_committed_late_since_the_job_began_is_read(
    lone: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job is lost once its first page is stored by a run that began long after it."""
    begun = hour_ago(lone)
    at(lone, begun)
    with lone.local.org.late():
        at(lone, begun + MINUTES)
        with lone.local.org.late():
            pass
        lone.local.org.clock = iter_clock(begun + MINUTES)
        with pytest.raises(Killed):
            lone.sync(way=Way.BULK, progress=killed)
