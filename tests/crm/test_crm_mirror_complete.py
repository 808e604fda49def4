"""What the job relies on: nothing in the org is missing here, and nothing is here that is not there
- whatever people and administrators do, and whichever way rows are read."""

import os
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from org_and_mirror import Place
from sqlalchemy import text

from crm_sync.errors import CrmUnreadable, ProfileError, StagingFailed
from crm_sync.mirror import staging
from crm_sync.mirror.ways import Way

MINUTES = timedelta(minutes=20)
NASTY = "a \"b\", 'c'\n\r\nd\\.\n\\.\n#N/A null ,,ñ→𝄞 \t;"


def test_both_ways_bring_the_same_rows(both: Place) -> None:
    both.add(250)
    both.add(1, Name=NASTY, Industry=None, Giving_Capacity__c=None)
    both.add(1, Name="#N/A", Industry="null")
    report = both.sync(way=Way.BULK)
    assert both.here() == both.there()
    counts = report.objects["Account"]
    assert (counts.upserted, counts.org_rows, counts.here_rows) == (252, 252, 252)
    again = both.sync(way=Way.REST, full=True)
    assert (again.changed, again.objects["Account"].ids_match) == (0, True)
    assert both.here() == both.there()


def test_what_was_deleted_for_good_is_found(both: Place) -> None:
    hour_ago = both.local.org.clock() - timedelta(hours=1)
    both.local.org.clock = lambda: hour_ago
    told, untold, kept = both.add(3)
    both.sync()
    both.local.org.clock = lambda: hour_ago + MINUTES
    both.local.org.hard_delete("Account", told)
    both.local.org.clock = lambda: hour_ago + MINUTES * 2  # its list has whole minutes
    assert both.sync().objects["Account"].deleted == 1, "the org's list of deletions"
    both.local.org.hard_delete("Account", untold)
    both.local.org.admin.purge_delete_log()
    report = both.sync()
    assert report.objects["Account"].mended == 1, "all Ids compared, as the list was purged"
    assert both.here("Id") == {(kept,)}


def test_a_row_that_was_missed_is_found_by_the_comparison(both: Place) -> None:
    hour_ago = both.local.org.clock() - timedelta(hours=1)
    both.local.org.clock = lambda: hour_ago
    both.add(3)
    both.local.org.clock = lambda: hour_ago + MINUTES
    both.sync()
    with both.engine.begin() as connection:
        connection.execute(text('DELETE FROM "crm_Account"'))
    report = both.sync()
    assert (report.objects["Account"].org_rows, report.objects["Account"].here_rows) == (3, 0)
    both.sync()
    report = both.sync()
    assert report.objects["Account"].mended == 3, "counts differed by the same number twice"
    assert both.here() == both.there()


def test_a_row_that_commits_late_is_found(lone: Place) -> None:
    """The list of deletions says up to when the org has told everything."""
    org = lone.local.org
    begun = org.clock() - timedelta(hours=1)
    org.clock = lambda: begun
    with org.late():
        org.clock = lambda: begun + timedelta(minutes=30)
        lone.sync(late=timedelta(0))
        settled = lone.scalar("SELECT settled FROM sync_cursor WHERE object = 'Account'")
        assert settled <= begun.isoformat()
        lone.add(1)
    lone.sync(late=timedelta(0))
    assert lone.here() == lone.there()


def test_a_new_field_is_filled_alone(both: Place) -> None:
    both.local.org.admin.remove_field("Account", "Giving_Capacity__c")
    hour_ago = both.local.org.clock() - timedelta(hours=1)
    both.local.org.clock = lambda: hour_ago
    ids = [both.local.org.insert("Account", {"Name": f"Firm {n}"}) for n in range(30)]
    with pytest.raises(ProfileError, match="Giving_Capacity__c"):
        both.sync()
    both.local.org.admin.add_field("Account", "Giving_Capacity__c", "currency")
    both.sync()
    both.local.org.clock = lambda: hour_ago + timedelta(minutes=30)
    both.local.org.admin.remove_field("Account", "Giving_Capacity__c")
    report = both.sync()
    assert any("Giving_Capacity__c has vanished" in each for each in report.warnings)
    both.local.org.admin.add_field("Account", "Giving_Capacity__c", "currency")
    with both.local.org.storage.writing() as connection:
        connection.execute('UPDATE "Account" SET "Giving_Capacity__c" = 7')
    report = both.sync()
    assert report.warnings == []
    assert (report.objects["Account"].read, report.objects["Account"].upserted) == (0, 30)
    assert both.here() == both.there()
    assert {row[0] for row in both.here("Id")} == set(ids)


def test_a_changed_type_is_told_and_taken_when_a_person_says_so(both: Place) -> None:
    both.add(3)
    both.sync()
    both.local.org.admin.change_field("Account", "Giving_Capacity__c", "string(40)")
    both.add(1, Giving_Capacity__c="a lot")
    report = both.sync()
    told = [each for each in report.warnings if "Giving_Capacity__c was number" in each]
    assert len(told) == 1
    assert "--full --objects Account" in told[0]
    assert both.here("Id", "Name") == both.there("Id", "Name")
    assert both.scalar("SELECT what FROM sync_warning") == told[0]
    assert both.sync(full=True).warnings == []
    assert both.here() == both.there()
    assert both.scalar("SELECT count(*) FROM partner WHERE capacity_usd IS NULL") == 4
    assert both.scalar("SELECT count(*) FROM sync_warning") == 0


def test_calculated_fields_are_read_again_now_and_then(both: Place) -> None:
    hour_ago = both.local.org.clock() - timedelta(hours=1)
    both.local.org.clock = lambda: hour_ago
    both.local.org.admin.change_field("Account", "Giving_Capacity__c", "currency calculated")
    [both.local.org.insert("Account", {"Name": f"Firm {n}"}) for n in range(5)]
    both.local.org.clock = lambda: hour_ago + MINUTES
    both.sync()
    with both.local.org.storage.writing() as connection:
        connection.execute('UPDATE "Account" SET "Giving_Capacity__c" = 99')
    assert both.sync().changed == 0
    both.later = timedelta(days=1)
    assert both.sync().objects["Account"].upserted == 5
    assert both.here() == both.there()


def test_an_unbelievable_loss_is_told_and_nothing_removed(lone: Place) -> None:
    ids = lone.add(30)
    lone.sync()
    for each in ids[:20]:
        lone.local.org.hard_delete("Account", each)
    lone.local.org.admin.purge_delete_log()
    report = lone.sync()
    assert any("too great a loss" in warning for warning in report.warnings)
    assert len(lone.here()) == 30


def test_since_reads_again_what_changed_from_then_on(lone: Place) -> None:
    hour_ago = lone.local.org.clock() - timedelta(hours=1)
    lone.local.org.clock = lambda: hour_ago
    lone.add(2)
    lone.local.org.clock = lambda: hour_ago + timedelta(minutes=20)
    lone.add(3)
    lone.local.org.clock = lambda: hour_ago + timedelta(minutes=40)
    assert lone.sync().objects["Account"].read == 5
    assert lone.sync().objects["Account"].read == 0
    since = hour_ago + timedelta(minutes=10)
    assert lone.sync(since=since).objects["Account"].read == 3


def test_a_clock_set_back_is_told(lone: Place) -> None:
    lone.add(1)
    lone.sync()
    hours_ago = lone.local.org.clock() - timedelta(hours=5)
    lone.local.org.clock = lambda: hours_ago
    with pytest.raises(CrmUnreadable, match="clock is"):
        lone.sync()


def test_pages_that_killed_runs_left_are_removed_after_a_day(
    lone: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    lone.add(3)
    new = staging.prepare(lone.engine, pl.DataFrame({"Id": ["001"]}))
    left = staging.prepare(lone.engine, pl.DataFrame({"Id": ["001"]}))
    assert left.folder
    assert new.folder
    long_ago = time.time() - 100_000
    os.utime(left.folder, (long_ago, long_ago))
    lone.sync()
    assert list(tmp_path.glob("partners-*")) == [new.folder]


def test_no_space_for_a_page_is_told_and_nothing_stored(
    lone: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lone.add(3)
    lone.sync(objects=["User"])
    monkeypatch.setattr(staging, "mkdtemp", lambda prefix: str(tmp_path / "missing"))
    with pytest.raises(StagingFailed, match="TMPDIR"):
        lone.sync()
    assert lone.here() == set()
    monkeypatch.undo()
    lone.sync()
    assert lone.here() == lone.there()
