"""Bulk jobs end, fail and are lost, and programs are killed: reading goes on at the page."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from org_and_mirror import Place
from sqlalchemy import text

from crm_sync.errors import CrmRefused, CrmUnreadable
from crm_sync.mirror import bulk_reading
from crm_sync.mirror.frames import frame_of_csv, frame_of_rows
from crm_sync.mirror.kinds import Kind
from crm_sync.mirror.ways import Pace, Way, fits_a_request
from crm_sync.salesforce import bulk

ROWS = 500


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_reading, "_FIRST_ROWS", 100)
    monkeypatch.setattr(bulk_reading, "BULK_PAGE_ROWS", 100)


def stop_after(rows: int) -> Any:
    def stop(_: str, done: int, __: int) -> None:
        if done >= rows:
            raise Killed

    return stop


def jobs_begun(place: Place) -> int:
    return len(place.session.resource("jobs/query")["records"])


def test_a_run_that_ends_between_two_pages_goes_on_with_the_job(both: Place) -> None:
    both.add(ROWS)
    for last in (0, 100, 300):
        with pytest.raises(Killed):
            both.sync(way=Way.BULK, progress=stop_after(last))
    assert jobs_begun(both) == 1
    changed = sorted(both.there("Id"))[0][0]
    both.local.org.update("Account", changed, {"Name": "Renamed while we were away"})
    both.sync(way=Way.BULK)
    assert both.here() == both.there()
    assert both.scalar("SELECT count(*) FROM bulk_job") == 0


@pytest.mark.parametrize("loss", ["removed", "locator", "fields"])
def test_a_job_that_is_lost_is_begun_again_where_it_was(lone: Place, loss: str) -> None:
    lone.add(ROWS)
    with pytest.raises(Killed):
        lone.sync(way=Way.BULK, progress=stop_after(200))
    changes = {
        "removed": "UPDATE bulk_job SET id = '750000000000000AAA'",
        "locator": "UPDATE bulk_job SET locator = 'bm9uc2Vuc2U'",
        "fields": "UPDATE bulk_job SET fields = 'Id'",
    }
    with lone.engine.begin() as connection:
        connection.execute(text(changes[loss]))
    lone.sync(way=Way.BULK)
    assert lone.here() == lone.there()


def test_a_job_that_the_org_aborts_again_and_again_is_told(
    lone: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lone.add(3)
    aborted = bulk.JobState("Aborted", 0, None)
    monkeypatch.setattr(bulk_reading, "job_state", lambda *_: aborted)
    with pytest.raises(CrmRefused, match="Aborted"):
        lone.sync(way=Way.BULK)
    monkeypatch.undo()
    lone.sync(way=Way.BULK)
    assert lone.here() == lone.there()


def test_a_page_that_is_cut_is_told_and_nothing_of_it_stored(
    lone: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lone.add(150, Name='quoted "text"\nof two lines')
    whole = bulk.fetch_page

    def cut(*given: Any) -> bulk.BulkPage:
        page = whole(*given)
        return bulk.BulkPage(page.csv[:-15], page.rows, page.following)

    monkeypatch.setattr(bulk_reading, "fetch_page", cut)
    with pytest.raises(CrmUnreadable, match="was cut"):
        lone.sync(way=Way.BULK)
    assert lone.here() == set()
    monkeypatch.undo()
    lone.sync(way=Way.BULK)
    assert lone.here() == lone.there()


def test_where_bulk_is_refused_rest_reads_on(lone: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    lone.add(3)

    def refused(*_: Any, **__: Any) -> str:
        raise CrmRefused("Account is not supported by the Bulk API.", code="INVALIDENTITY")

    monkeypatch.setattr(bulk_reading, "begin_job", refused)
    lone.sync(way=Way.BULK)
    assert lone.here() == lone.there()


def test_the_cheaper_way_is_taken() -> None:
    pace = Pace(2_000)
    assert pace.way(1_000, "SELECT Id FROM Account") is Way.REST
    assert pace.way(1_000_000, "SELECT Id FROM Account") is Way.BULK
    assert pace.way(50_000, "SELECT Id FROM Account", calls_left=3) is Way.BULK
    long = f"SELECT {', '.join(f'Some_Long_Name_{n}__c' for n in range(800))} FROM Account"
    assert not fits_a_request(long)
    assert pace.way(1, long) is Way.BULK
    for _ in range(20):
        pace.saw_bulk_wait(0.1)
        pace.saw_bulk_page(0.1)
    assert pace.way(20_000, "SELECT Id FROM Account") is Way.BULK


PROGRAM = """
import sys
from datetime import UTC, datetime
from sqlalchemy import create_engine
from crm_sync.mirror import bulk_reading, sync
from crm_sync.mirror.ways import Way
from crm_sync.profiles import load_profile
from crm_sync.salesforce import CrmSettings, connect

bulk_reading._FIRST_ROWS = bulk_reading.BULK_PAGE_ROWS = 100
session = connect(CrmSettings.model_validate_json(sys.argv[1]))
sync(session, create_engine(sys.argv[2]), load_profile("standard"), now=datetime.now(UTC),
     objects=["Account"], way=Way.BULK)
"""


@pytest.mark.slow
def test_a_killed_program_goes_on_with_the_page(both: Place) -> None:
    both.add(3_000)
    settings = both.session._settings.model_dump(mode="json")
    settings["consumer_secret"] = both.local.org.settings.client_secret
    url = both.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", PROGRAM, json.dumps(settings), url]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    seen, deadline = 0, time.monotonic() + 120
    while seen < 2_000 and time.monotonic() < deadline:
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        while child.poll() is None and _stored(both) < seen + 400:
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
        child.wait()
        seen = _stored(both)
    both.sync(way=Way.BULK)
    assert both.here() == both.there()
    assert jobs_begun(both) <= 3, "one job, and the round after it"


def _stored(place: Place) -> int:
    with place.engine.connect() as connection:
        if "crm_Account" not in _tables(connection):
            return 0
        return int(connection.execute(text('SELECT count(*) FROM "crm_Account"')).scalar_one())


def _tables(connection: Any) -> set[str]:
    from sqlalchemy import inspect

    return set(inspect(connection).get_table_names())


def test_nul_is_left_out_of_texts_by_both_ways() -> None:
    """PostgreSQL keeps none; Salesforce does."""
    fields = {"Id": Kind.TEXT, "Name": Kind.TEXT, "Note": Kind.TEXT}
    by_rest = frame_of_rows([{"Id": "001", "Name": "a\x00b", "Note": "\x00"}], fields)
    by_job = frame_of_csv(b'"Id","Name","Note"\n"001","a\x00b","\x00"\n', fields, 1)
    assert by_rest.rows() == by_job.rows() == [("001", "ab", None)]
