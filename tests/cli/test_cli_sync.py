"""`partners sync`: says what it would read, reads it, and tells how the mirror stands."""

import json


def test_a_dry_run_says_what_it_would_read_and_reads_nothing(cli, settings_file, local_crm):
    settings_file(crm=local_crm)
    planned = json.loads(cli("sync", "--dry-run", "--json", "--objects", "Account,User").out)
    by_name = {each["object"]: each for each in planned["objects"]}
    assert (by_name["Account"]["rows"], by_name["Account"]["way"]) == (1, "rest")
    assert by_name.keys() == {"Account", "User"}
    assert planned["calls_left"] > 0
    assert "Would be read" in cli("sync", "--dry-run").out
    assert "Nothing is mirrored yet" in cli("sync", "status").out


def test_a_sync_reads_and_its_status_is_told(cli, settings_file, local_crm):
    settings_file(crm=local_crm)
    ended = cli("sync", "--objects", "Account", "--json")
    assert ended.code == 0
    account = json.loads(ended.out)["objects"]["Account"]
    assert (account["read"], account["org_rows"], account["here_rows"]) == (1, 1, 1)
    told = cli("sync", "--full", "--objects", "Account")
    assert "Account: all Ids compared: the same, 0 put right" in told.out
    assert "nothing had changed" in cli("sync", "--objects", "Account", "--since", "2026-01-01").out
    status = cli("sync", "status")
    assert status.code == 0
    assert "Account" in status.out
    (row,) = [each for each in json.loads(cli("sync", "status", "--json").out) if each["rows"] == 1]
    assert row["object"] == "Account"
    assert row["lag_s"] < 600
    assert row["warnings"] == []


def test_what_cannot_be_is_told(cli, settings_file, local_crm):
    settings_file(crm=local_crm)
    wrong = cli("sync", "--objects", "Acount")
    assert wrong.code == 2
    assert "Account" in wrong.err
    assert cli("sync", "--since", "last week").code == 2
    settings_file(crm=local_crm, mirror={"way": "carrier pigeon"})
    assert "mirror.way" in cli("sync").err


def test_what_drifted_stays_told_until_it_is_gone(cli, settings_file, local_crm, tmp_path):
    import sqlite3

    settings_file(crm=local_crm)
    cli("sync", "--objects", "Account")
    with sqlite3.connect(tmp_path / "store.db") as store:
        store.execute('ALTER TABLE "crm_Account" ADD COLUMN "IsPersonAccount" TEXT')
    store.close()
    ended = cli("sync", "--objects", "Account")
    assert ended.code == 1
    assert "Account.IsPersonAccount has vanished" in ended.out
    status = cli("sync", "status")
    assert (status.code, "Account.IsPersonAccount has vanished" in status.out) == (1, True)
