"""`partners outbox` and `partners run --dry-run`: what a person sees and does."""

import json
import shutil
import sqlite3

import pytest


@pytest.fixture
def refused(left, tmp_path, settings_file):
    """The number of a refused write in a copy of the store that the demo left."""
    file = tmp_path / "copy.db"
    shutil.copy(left / "partners.db", file)
    settings_file(store={"url": f"sqlite:///{file}"})
    with sqlite3.connect(file) as connection:
        (number,) = connection.execute("SELECT MIN(id) FROM outbox").fetchone()
        connection.execute(
            "UPDATE outbox SET state = 'set_aside', error_code = 'STRING_TOO_LONG', "
            "error = 'data value too large', remedy = 'correct it' WHERE id = ?",
            [number],
        )
    connection.close()
    return number


def test_what_did_not_arrive_is_listed_shown_and_retried(cli, refused):
    listed = cli("outbox", "list")
    assert (listed.code, listed.err) == (0, "")
    for told in ("1 write", "set_aside", "STRING_TOO_LONG", "data value too large", "correct it"):
        assert told in listed.out
    (row,) = json.loads(cli("outbox", "list", "--state", "set_aside", "--json").out)
    assert row["id"] == refused and row["partner"] and row["age"]
    shown = cli("outbox", "show", refused)
    assert "What to do: correct it" in shown.out and "Lifecycle_Stage__c" in shown.out
    assert json.loads(cli("outbox", "show", refused, "--json").out)["fields"]
    assert cli("outbox", "retry").code == 2
    retried = cli("outbox", "retry", "--code", "STRING_TOO_LONG")
    assert "1 write will go out with the next run." in retried.out
    assert json.loads(cli("outbox", "list", "--state", "set_aside", "--json").out) == []


def test_a_write_is_dropped_by_somebody_for_a_reason(cli, refused):
    assert cli("outbox", "drop", refused, "--by", "Ann").code == 2
    assert cli("outbox", "drop", refused, "--by", "Ann", "--reason", " ").code == 2
    assert cli("outbox", "drop", refused, "--by", "Ann", "--reason", "Known").code == 0
    assert "Dropped by Ann: Known" in cli("outbox", "show", refused).out
    again = cli("outbox", "retry", refused)
    assert again.code == 2 and "it is dropped" in again.err
    assert cli("outbox", "show", 999_999).code == 2


def test_a_dry_run_needs_no_store_and_leaves_none(cli, settings_file, local_crm, tmp_path):
    settings_file(crm=dict(local_crm), profile={"name": "npsp"})
    ended = cli("run", "--dry-run")
    assert (ended.code, ended.err) == (0, "")
    for told in ("Acme", "Lifecycle_Stage__c", "prospect", "nothing was written, here or there"):
        assert told in ended.out
    assert json.loads(cli("run", "--dry-run", "--json").out)
    assert not (tmp_path / "store.db").exists()


def test_nothing_is_written_from_a_mirror_that_is_too_old(tmp_path, settings_file, cli, left):
    from datetime import UTC, datetime, timedelta

    from partners.errors import MirrorTooOld
    from partners.job.delivering import check_age
    from partners.job.running import load_job
    from partners.settings import ProfileSettings, Settings
    from partners.store import open_store

    profile = load_job(Settings(profile=ProfileSettings(name="npsp"))).profile
    url, now, day = f"sqlite:///{left / 'partners.db'}", datetime.now(UTC), timedelta(hours=24)
    with open_store(url, read_only=True) as store:
        check_age(store, profile, now, day)
        with pytest.raises(MirrorTooOld, match="Nothing is written to the CRM"):
            check_age(store, profile, now + timedelta(hours=25), day)
