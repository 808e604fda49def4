"""Five years of days: no action twice, none missed, whatever arrives when and is killed where.

EPISODE_DAYS says on how many days one long history is played; `make fuzz` plays all 1,826.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from histories import DAYS, FIRST, Event, History, histories
from hypothesis import HealthCheck, Phase, given, settings
from naive_facts import facts_of
from play import Play
from playing import new_world

from lifecycle.conditions import fact_names
from partners.job import deciding
from partners.store import open_store

BOOK = Path(__file__).parent / "book"
ALL_DAYS = int(os.environ.get("EPISODE_DAYS", "60"))
EXAMPLES = 100 if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else 3
_SHARED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


@pytest.fixture
def playing(tmp_path_factory, monkeypatch):
    """Return a function that gives a play on an empty store; two partners fit a transaction."""
    monkeypatch.setattr(deciding, "_AT_ONCE", 2)
    opened = []

    def begin(rulebook):
        folder = tmp_path_factory.mktemp("play")
        opened.append(open_store(f"sqlite:///{folder / 'store.db'}"))
        return Play(opened[-1], rulebook)

    yield begin
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def long_history():
    """The fullest of some histories, the same each time."""
    found = []

    @settings(
        max_examples=12,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=_SHARED,
    )
    @given(histories(busy=40))
    def draw(history):
        found.append(history)

    draw()
    fullest = max(found, key=lambda history: len(history.events))
    return replace(fullest, events=(*fullest.events, *_a_day_that_comes_back()))


def _a_day_that_comes_back():
    """Yield how a duty of somebody, long overdue, is moved to another day and back."""
    yield Event(900, "partner", "P9", {"audience": "foundation"})
    for day, due in ((901, 2020), (950, 2021), (1_000, 2020)):
        row = {"partner_id": "P9", "owed_by": "us", "kind": "report"}
        yield Event(day, "obligation", "o9", {**row, "due_date": date(due, 7, 1)})


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.fuzz
@settings(max_examples=EXAMPLES, suppress_health_check=_SHARED)
@given(history=histories())
def test_every_action_is_done_once_and_none_is_missed(history, books, playing):
    playing(books.first).years(history, books.renamed)


@pytest.mark.slow
@pytest.mark.fuzz
def test_day_after_day(small_books, playing, long_history):
    idle = frozenset(range(0, DAYS, max(1, DAYS // ALL_DAYS)))
    play = playing(small_books.first)
    play.years(replace(long_history, idle=idle), small_books.renamed)
    # It was no quiet time: what the test is about did happen.
    model = play.model
    statuses = {letter["status"] for letter in model.letters}
    assert {"superseded", "released"} < statuses
    assert model.into and max(Counter(model.episodes).values()) > 1
    assert {"AN93", "AN95"} & {rule for rule, *_ in model.episodes}
    assert len({rule for rule, *_ in model.episodes}) > 15
    assert len(model.episodes) > 60


@pytest.mark.slow
@pytest.mark.thorough
def test_an_org_that_was_taken_over_half_way(small_books, playing, long_history):
    play, half = playing(small_books.first), DAYS // 2
    play.take_over(long_history, half)
    assert play.model.episodes and not play.model.tasks and not play.model.letters
    later = tuple(event for event in long_history.events if event.day > half)
    play.years(replace(long_history, events=later), small_books.renamed)
    assert play.model.tasks and play.model.letters


_CHILD = """
import os, signal, sys
from datetime import date
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from playing import Player
from lifecycle.rulebook import load_rulebook
from partners.job import deciding
from partners.store import open_store
deciding._AT_ONCE = 1
with open_store(sys.argv[2]) as store:
    player = Player(store, load_rulebook(Path(sys.argv[1]) / "book"))
    player.die = lambda: os.kill(os.getpid(), signal.SIGKILL)
    player.run(date.fromisoformat(sys.argv[3]), kill_at=int(sys.argv[4]))
"""


@pytest.mark.slow
@pytest.mark.thorough
def test_a_job_that_the_system_kills_loses_and_repeats_nothing(small_books, playing, long_history):
    play = playing(small_books.first)
    player, ends = play.player, []
    decide = player.run

    def run(day, allowed=(), *, kill_at=0):
        if kill_at and len(ends) < 6:
            folder, url = str(BOOK.parent), f"sqlite:///{player.store.sqlite_path}"
            moment = str(12 + 9 * len(ends))
            command = [sys.executable, "-c", _CHILD, folder, url, day.isoformat(), moment]
            ends.append(subprocess.run(command, check=False, capture_output=True).returncode)
        return decide(day, allowed)

    player.run = run
    nothing, days = frozenset(), sorted({event.day for event in long_history.events})[:14]
    events = tuple(event for event in long_history.events if event.day in days)
    history = History(events, nothing, dict.fromkeys(days, 1), nothing, nothing)
    play.years(history, small_books.first)
    assert ends.count(-signal.SIGKILL) >= 3, ends


def test_the_model_knows_every_fact_that_the_rules_ask(books):
    world = new_world()
    world["partner"]["P"] = {"id": "P", "parent_id": "P"}
    for kind in ("contact", "diligence"):
        world[kind]["x"] = {"id": "x", "partner_id": "P"}
    known = facts_of(world, "P", FIRST, [])
    own = {"stage", "since", "visit", "suspended", "days_in_stage", "set_from"}
    own |= {*books.first.notes}
    asked = {name for rule in books.first.rules for name in fact_names(rule.when)}
    asked |= {rule.once_per for rule in books.first.rules if rule.once_per}
    assert {name for name in asked if not name.startswith("row.")} <= known.keys() | own


_NAMES = ("P0", "P1", "P2")


def _story(*events):
    """A history of what happened on which day."""
    met = [Event(0, "partner", name, {"audience": "corporation"}) for name in _NAMES]
    people = [
        Event(0, "contact", f"c{n}", {"partner_id": f"P{n}", "name": "Cai", "bounced_at": FIRST})
        for n in range(len(_NAMES))
    ]
    nothing = frozenset()
    return History((*met, *people, *events), nothing, {}, nothing, nothing)


def _gift(number, partner, **row):
    given = {"partner_id": partner, "status": "received", "amount_usd": 1_000, "date": FIRST}
    return Event(number, "gift", f"g{number}", given | row)


def test_a_letter_stays_when_its_rule_is_renamed(small_books, playing):
    play = playing(small_books.first)
    play.years(_story(_gift(1, "P0"), Event(2, "release", "P1", {"which": 0})), small_books.renamed)
    drafted = [key for key, status, *_ in play.player.letters() if status == "drafted"]
    assert ("AN93", "g1", "g1", 1) in drafted


def test_what_was_done_for_merged_partners_is_not_done_again(small_books, playing):
    play = playing(small_books.first)
    merged = Event(3, "merge", "P0", {"into": "P1"})
    play.years(_story(_gift(1, "P0"), _gift(2, "P1"), merged), small_books.renamed)
    assert max(play.player.done().values()) == 1
    bounced = [task for task in play.player.tasks().elements() if "address" in task[1]]
    assert len(bounced) == len(_NAMES)


def test_a_letter_outlives_the_day_on_which_its_rule_is_stopped(small_books, playing):
    play = playing(small_books.first)
    later = [_gift(9, name, date=FIRST + timedelta(days=9)) for name in ("P1", "P2")]
    later[1] = Event(9, "gift", "g10", later[1].row)
    story = _story(_gift(1, "P0"), *later)
    for number in (0, 1, 9):
        play.day(story, number)
    play.compare()
    letter = (("AN14", "P0", "2020-01-01", 1), "drafted", "c0")
    assert sum(told[:3] == letter for told in play.player.letters()) == 1
    assert not any(subject == "P1" for (_, subject, *_), *_ in play.player.letters())


def test_a_merge_into_somebody_never_met_goes_on_where_the_nearest_stood(small_books, playing):
    play = playing(small_books.first)
    merges = [
        Event(2, "merge", "P0", {"into": "P1"}),
        Event(3, "stage", "P1", {"stage": "renewal"}),
        Event(4, "partner", "P3", {"audience": "hnwi"}),
        Event(4, "merge", "P1", {"into": "P3"}),
        Event(5, "merge", "P2", {"into": "P3"}),
    ]
    play.years(_story(_gift(1, "P0"), *merges), small_books.renamed)
    assert play.player.stands()["P3"][0] == "renewal"
