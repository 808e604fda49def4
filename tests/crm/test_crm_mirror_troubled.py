"""Killed at random moments while the org fails and people work in it: the mirror becomes the org.

MIRROR_KILLS says how often, MIRROR_SEED at which moments; `make fuzz` kills hundreds of times.
"""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from threading import Event, Thread
from typing import Any

import pytest
from forked_syncs import REFUSED, ForkedSyncs
from org_and_mirror import Place
from person import Person
from sqlalchemy import text

from crm_sync.sandbox import Fault, LocalOrg

KILLS = int(os.environ.get("MIRROR_KILLS", "8"))
FIELDS = ("Id", "Name", "Industry", "ParentId", "Giving_Capacity__c", "SystemModstamp")
CALCULATED = "Partner_Region__c"
ROWS = 700
EDITS = ("rename",) * 6 + ("insert", "delete", "undelete", "purge", "merge", "empty", "late")
# Of what passes about one call in eight fails, of what does not one in fifty.
PASSING: list[dict[str, Any]] = [
    *({"error": code} for code in ("UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT")),
    *({"error": code} for code in ("REQUEST_RUNNING_TOO_LONG", "UNKNOWN_EXCEPTION")),
    {"error": "REQUEST_LIMIT_EXCEEDED", "status": 403, "message": "ConcurrentRequests Limit"},
    {"html": 503},
    {"slow": 0.03},
    {"slow": 0.03, "cut": 300},
    {"cut": "before"},
    {"cut": "after"},
    {"cut": 2_000},
    {"end_sessions": True},
]
LASTING: list[dict[str, Any]] = [
    *({"error": code} for code in ("INVALID_FIELD", "MALFORMED_QUERY", "NOT_FOUND")),
    *({"error": code} for code in ("INSUFFICIENT_ACCESS_OR_READONLY", "REQUEST_LIMIT_EXCEEDED")),
    *({"error": code} for code in ("API_DISABLED_FOR_ORG", "INVALID_QUERY_LOCATOR")),
    {"html": 200},
    {"short": 500},
]
OF_JOBS: list[dict[str, Any]] = [
    *({"job": end} for end in ("Failed", "Aborted", "gone")),
    *({"error": code} for code in ("INVALID_QUERY_LOCATOR", "NOT_FOUND")),
    {"short": 3_001},
    {"cut": 3_001},
]


def trouble(local: LocalOrg) -> None:
    faults = [{"chance": 0.125 / len(PASSING), "do": do} for do in PASSING]
    faults += [{"chance": 0.02 / len(LASTING), "do": do} for do in LASTING]
    faults += [{"when": {"path": "/jobs/query/*"}, "chance": 0.01, "do": do} for do in OF_JOBS]
    running = {"method": "RUN", "object": "Account"}
    faults += [{"when": running, "chance": 0.1, "do": {"error": "UNKNOWN_EXCEPTION"}}]
    faults += [{"when": running, "chance": 0.1, "do": {"slow": 0.1}}]
    deleted = {"path": "/sobjects/Account/deleted"}
    faults += [{"when": deleted, "chance": 0.05, "do": {"error": "INVALID_REPLICATION_DATE"}}]
    faults += [{"when": deleted, "chance": 0.05, "do": {"error": "EXCEEDED_ID_LIMIT"}}]
    for each in faults:
        local.faults.add(Fault.model_validate(each))


class AtWork:
    """People who edit the org in a thread while a block runs."""

    def __init__(self, person: Person, random: Random) -> None:
        self._person, self._random = person, random
        self._ended = Event()
        self._thread = Thread(target=self._work, daemon=True)
        person.pause = lambda: self._ended.wait(random.uniform(0, 0.3)) and None

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._ended.wait(self._random.uniform(0, 0.05)):
            edit(self._person, self._random)


def edit(person: Person, random: Random) -> None:
    person.act("wait", random.choice((0, 0, 1, 30, 2_000, 40_000)))
    if random.random() < 0.2:  # as exact as the instants up to which the org has told everything
        person.time = person.time.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if random.random() < 0.03:
        person.act("empty the bin", None)
    if random.random() < 0.2 and person.living:
        changed = random.choice(person.living)
        person.org.admin.recalculate("Account", changed, {CALCULATED: f"Region {random.random()}"})
    what = random.choice(EDITS)
    person.act(what, f"Firm {random.random()}" if what == "insert" else random.randrange(10_000))


@pytest.fixture
def syncs(both: Place) -> Iterator[ForkedSyncs]:
    settings = both.session._settings.model_dump(mode="json")
    settings["consumer_secret"] = both.local.org.settings.client_secret
    made = ForkedSyncs(settings, both.engine.url.render_as_string(hide_password=False))
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.parametrize("seed", [int(os.environ.get("MIRROR_SEED", "1"))])
def test_nothing_is_lost_doubled_or_stale(both: Place, syncs: ForkedSyncs, seed: int) -> None:
    random, person = Random(seed), Person(both.local)
    person.org.admin.change_field("Account", CALCULATED, "string(40) calculated")
    for n in range(ROWS):
        person.act("insert", f"Firm {n}")
        person.act("wait", random.choice((0, 0, 400)))
    killed, longest = 0, 1.0
    while killed < KILLS:
        trouble(both.local)
        for _ in range(random.randint(1, 6)):
            with AtWork(person, random):
                begun = time.monotonic()
                moment = random.uniform(0, longest) if random.random() < 0.9 else None
                ended = syncs.run(kill_after=moment, **chosen(random))
            assert ended in {0, -9, REFUSED}
            killed += ended == -9
            if ended == 0:
                longest = 0.8 * longest + 0.2 * (time.monotonic() - begun)
        both.local.faults.clear()
        person.time += timedelta(minutes=3)  # the list of deletions has whole minutes
        for _ in range(2):  # the first may go on with a walk that has come far
            assert syncs.run(**{**chosen(random), "full": False, "refresh_every": 0}) == 0
        compare(both, person)


def chosen(random: Random) -> dict[str, Any]:
    return {
        "objects": ["Account", "AccountHistory"],
        "way": random.choice(("rest", "bulk", "bulk", None)),
        "full": random.random() < 0.1,
        "compare_every": random.choice((0, 604_800)),
        "refresh_every": random.choice((0, 604_800)),
    }


def compare(both: Place, person: Person) -> None:
    here, there = (by_id(side(*FIELDS, CALCULATED)) for side in (both.here, both.there))
    differ = [each for each in here.keys() | there.keys() if here.get(each) != there.get(each)]
    assert not differ, [(each, here.get(each), there.get(each)) for each in differ[:3]]
    history = both.local.org.query("SELECT Id FROM AccountHistory")
    assert both.scalar('SELECT count(*) FROM "crm_AccountHistory"') == len(history)
    assert both.scalar('SELECT count(*) FROM "crm_Account"') == len(both.there("Id"))
    assert both.scalar("SELECT count(*) FROM bulk_job") == 0
    with both.engine.connect() as connection:
        merged = set(connection.scalars(text("SELECT old_id FROM merged_record")))
    assert not set(person.living) & merged, "who lives again is nobody's alias"


def by_id(rows: set[tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in rows}
