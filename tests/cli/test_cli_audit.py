"""`partners audit`: what it says to people and to programs, and how it ends."""

import json
import shutil
import sqlite3

import pytest


@pytest.fixture
def store(left, tmp_path, settings_file):
    """A copy of the store that the demo left, in the settings."""
    file = tmp_path / "copy.db"
    shutil.copy(left / "partners.db", file)
    settings_file(store={"url": f"sqlite:///{file}"})
    return file


def _behind(file, *statements):
    with sqlite3.connect(file) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_sound_ledger_is_called_so_and_its_root_can_be_kept(cli, store):
    ended = cli("audit", "verify")
    assert (ended.code, ended.err) == (0, "")
    assert "Nothing was changed: no decision" in ended.out
    assert "Not looked at: the texts for staff" in ended.out
    root = json.loads(cli("audit", "verify", "--json").out)["root"]
    assert f"Root of the ledger: {root}" in ended.out
    assert cli("audit", "verify", "--root", root[:16]).code == 0
    assert cli("audit", "verify", "--root", f" {root[:8].upper()}").code == 0
    assert cli("audit", "verify", "--root", "0" * 16).code == 1


@pytest.mark.parametrize("root", ["", " ", "b", "b2896f5", "b2896f5x", "b2" * 33])
def test_a_root_too_short_to_tell_one_from_another_is_refused(cli, store, root):
    ended = cli("audit", "verify", "--root", root)
    assert (ended.code, ended.out) == (2, "")
    assert "write 8 to 64 digits of it" in ended.err


def test_what_was_changed_is_named_with_partner_and_day(cli, store):
    _behind(
        store,
        "DROP TRIGGER decision_no_update",
        "UPDATE decision SET stage_to = 'closed' WHERE id = 7 AND stage_to <> 'closed'",
        "UPDATE decision SET stage_to = 'active' WHERE id = 8 AND stage_to <> 'active'",
    )
    ended = cli("audit", "verify")
    assert ended.code == 1
    data = json.loads(cli("audit", "verify", "--json").out)
    assert data["found"] == len(data["findings"]) > 0
    for finding in data["findings"]:
        assert finding["partner"] in ended.out
        assert finding["day"] in ended.out
        assert finding["decision"] in (7, 8)


def test_a_replay_says_what_came_out_the_same(cli, store):
    ended = cli("audit", "replay")
    assert (ended.code, ended.err) == (0, "")
    assert "decisions come out the same, 0 otherwise." in ended.out
    data = json.loads(cli("audit", "replay", "--limit", 3, "--json").out)
    assert (data["same"], data["differences"]) == (3, [])
    later = cli("audit", "replay", "--since", "2999-01-01")
    assert (later.code, later.out) == (0, "No decision since 2999-01-01 is on record.\n")


def test_a_replay_of_nobody_is_no_success(cli, store):
    ended = cli("audit", "replay", "--partner", "nobody")
    assert (ended.code, ended.out) == (1, "No decision of a partner nobody is on record.\n")


def test_what_was_written_over_is_named_and_the_rest_decided_again(cli, store):
    sound = json.loads(cli("audit", "replay", "--json").out)["same"]
    _behind(
        store,
        "DROP TRIGGER decision_no_update",
        "DROP TRIGGER decision_private_no_update",
        "UPDATE decision SET facts = 'no JSON' WHERE id = 7",
        "UPDATE decision_private SET recorded = '[\"no facts\"]' WHERE decision_id = 8",
        "UPDATE decision SET partner_id = CAST(X'ff' AS TEXT) WHERE id = 9",
    )
    ended = cli("audit", "replay")
    assert (ended.code, ended.err) == (1, "")
    assert f"{sound - 3} decisions come out the same, 0 otherwise." in ended.out
    assert "decision 7, partner 0" in ended.out
    assert "cannot be decided again: facts holds no JSON" in ended.out
    assert "decision 8, partner 0" in ended.out
    assert "recorded holds nothing that the library writes" in ended.out
    assert r"decision 9, partner \udcff" in ended.out
    data = json.loads(cli("audit", "replay", "--json").out)
    assert {each["decision"] for each in data["findings"]} == {7, 8, 9}
    assert cli("audit", "verify").code == cli("audit", "verify", "--json").code == 1


def test_texts_for_staff_that_were_changed_come_out_otherwise(cli, store):
    _behind(store, "UPDATE standing SET next_step = 'Pay out at once' WHERE next_step IS NOT NULL")
    assert cli("audit", "verify").code == 0
    ended = cli("audit", "replay")
    assert ended.code == 1
    assert "next_step" in ended.out
    assert "Pay out at once" in ended.out


def test_a_replay_shows_what_comes_out_otherwise(cli, store):
    changed = "UPDATE decision_private SET recorded = replace(recorded, 'prospect', 'renewal')"
    _behind(store, "DROP TRIGGER decision_private_no_update", changed)
    ended = cli("audit", "replay")
    assert ended.code == 1
    assert "come out otherwise" in ended.out
    assert "renewal" in ended.out


def test_an_erasure_says_what_it_did_and_what_is_left_to_do(cli, store):
    drafts = json.loads(cli("drafts", "list", "--json").out)
    partner = drafts[0]["partner_id"]
    told = ("--by", "The officer", "--reason", "request 12")
    ended = cli("audit", "erase", partner, *told)
    assert ended.code == 1
    assert "mirror still has the partner" in ended.out
    verified = cli("audit", "verify")
    assert (verified.code, "; 1 erasure noted." in verified.out) == (0, True)
    again = cli("audit", "erase", partner, *told)
    assert "All of it was erased before." in again.out
    assert cli("audit", "verify").out == verified.out
    assert (
        "erased, or gone: cannot be decided again"
        in cli("audit", "replay", "--partner", partner).out
    )
    unknown = cli("audit", "erase", "001X", *told)
    assert (unknown.code, "Nothing was ever decided" in unknown.err) == (2, True)


def test_who_erases_says_who_and_why(cli, store):
    assert cli("audit", "erase", "001X").code == 2
    for by, reason, wanting in (("", "request 12", "--by"), ("The officer", " ", "--reason")):
        ended = cli("audit", "erase", "001X", "--by", by, "--reason", reason)
        assert (ended.code, f"An erasure needs {wanting}." in ended.err) == (2, True)


def test_a_key_is_asked_for_and_never_shown(cli, store, monkeypatch):
    monkeypatch.setenv("PARTNERS_AUDIT__KEY", "hunter2-hunter2-hunter2")
    assert "without the key that is set" in cli("audit", "verify").out
    assert "hunter2" not in cli("settings", "show").out
    monkeypatch.setenv("PARTNERS_AUDIT__KEY", "hunter2")
    short = cli("audit", "verify")
    assert short.code == 2
    assert "hunter2" not in short.err
