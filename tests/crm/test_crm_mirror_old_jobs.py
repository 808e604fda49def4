"""A job that an earlier run began shows the org as it was then: what happened since holds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from org_and_mirror import NOW, Place

from crm_sync.errors import CrmLimitReached
from crm_sync.mirror import Way, bulk_reading, mirror_status
from crm_sync.mirror.walking import Walk
from crm_sync.sandbox import Fault

MINUTE = timedelta(minutes=1)


class Killed(Exception):
    """Stands for the end of the process."""


def killed(*_: Any) -> None:
    raise Killed


def then_killed(act: Callable[..., None]) -> Callable[..., None]:
    def stop(*given: Any) -> None:
        act(*given)
        raise Killed

    return stop


def in_a_thread(act: Callable[..., Any], *given: Any) -> None:
    """Act as somebody else than who holds a transaction open."""
    with ThreadPoolExecutor(1) as other:
        other.submit(act, *given).result()


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
    at(both, begun + MINUTE * 10)
    both.local.org.hard_delete("Account", ids[3])
    at(both, begun + MINUTE * 20)
    both.sync(way=Way.BULK)
    assert both.here() == both.there()


def test_a_walk_leaves_alone_what_committed_late_since_it_began(
    both: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = hour_ago(both)
    at(both, begun)
    both.add(5)
    at(both, begun + MINUTE)
    with both.local.org.late():
        at(both, begun + MINUTE * 2)
        in_a_thread(both.add, 1)
        monkeypatch.setattr(Walk, "store", then_killed(Walk.store))
        with pytest.raises(Killed):
            both.sync(way=Way.BULK, full=True)
        monkeypatch.undo()
        both.add(1)
    at(both, begun + MINUTE * 20)
    assert both.sync(way=Way.BULK).objects["Account"].mended == 0
    assert both.here() == both.there()


def test_a_row_that_commits_late_at_the_very_edge_is_read(lone: Place) -> None:
    """The org has told everything before an instant, and nothing of that instant."""
    begun = hour_ago(lone)
    at(lone, begun)
    with lone.local.org.late():
        low = lone.add(1)
        in_a_thread(lone.add, 1)
        lone.sync()
        lone.local.org.update("Account", low[0], {"Name": "Late"})
    at(lone, begun + MINUTE)
    lone.sync()
    assert lone.here() == lone.there()


def test_a_comparison_is_as_old_as_its_beginning(
    lone: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lone.add(5)
    monkeypatch.setattr(Walk, "store", then_killed(Walk.store))
    with pytest.raises(Killed):
        lone.sync(way=Way.BULK, full=True)
    monkeypatch.undo()
    lone.later = timedelta(days=3)
    lone.sync(way=Way.BULK)
    compared = lone.scalar("SELECT compared_at FROM object_walk WHERE object = 'Account'")
    assert datetime.fromisoformat(compared) == NOW


def test_calls_that_are_used_up_are_no_reason_for_the_other_way(lone: Place) -> None:
    lone.add(3)
    when = {"method": "POST", "path": "/jobs/query"}
    lone.local.faults.add(
        Fault.model_validate({"when": when, "do": {"error": "REQUEST_LIMIT_EXCEEDED"}})
    )
    with pytest.raises(CrmLimitReached):
        lone.sync(way=Way.BULK)
    assert lone.here() == set()


def test_a_first_reading_that_has_not_ended_is_complete_up_to_nowhere(lone: Place) -> None:
    lone.add(5)

    def killed_later(_: str, rows: int, __: int) -> None:
        if rows:
            raise Killed

    with pytest.raises(Killed):
        lone.sync(way=Way.BULK, progress=killed_later)
    with lone.engine.connect() as connection:
        (account,) = mirror_status(connection, NOW)
    assert (account.rows, account.settled, account.synced_at) == (2, None, None)
    lone.sync(way=Way.BULK)
    with lone.engine.connect() as connection:
        (account,) = mirror_status(connection, NOW)
    assert account.settled is not None
