"""How commands end: stopped by a person, without the live engine; and what they say as data."""

import json

import pytest

from partners.job.running import Job


def test_ctrl_c_ends_with_a_word_and_no_traceback(cli, settings_file, local_crm, monkeypatch):
    def interrupted(*_args, **_more):
        raise KeyboardInterrupt

    settings_file(crm=local_crm)
    monkeypatch.setattr(Job, "sync", interrupted)
    ended = cli("run")
    assert (ended.code, ended.out) == (130, "")
    assert ended.err.strip().splitlines()[-1] == "Stopped. Nothing is lost: the next run goes on."
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(("engine", "times"), [("auto", 1), ("native", 0)])
def test_a_run_says_once_that_native_stands_in(
    cli, settings_file, local_crm, tmp_path, monkeypatch, engine, times
):
    monkeypatch.setattr("partners.job.engines.durable_available", lambda: False)
    file = settings_file(crm=local_crm)
    file.write_text(f'engine = "{engine}"\n{file.read_text()}')
    ended = cli("run", "--json")
    assert json.loads(ended.out)["decided"]["engine"] == "native"
    assert ended.err.count("native_stands_in") == times
    for quiet in (["rules", "check"], ["sync"], ["drafts", "list"], ["show", "Acme"]):
        assert "native_stands_in" not in cli(*quiet).err


def test_a_baseline_says_as_data_whom_it_took_over(cli, settings_file, local_crm):
    settings_file(crm=local_crm)
    assert json.loads(cli("baseline", "--json").out) == {"taken_over": 1}
    assert "0 partners taken over" in cli("baseline").out


def test_settings_are_shown_without_their_secrets(cli, settings_file):
    crm = {"auth": "soap", "username": "ana@example.org", "password": "hunter2-secret"}
    settings_file(crm=crm)
    ended = cli("settings", "show", "--json")
    data = json.loads(ended.out)
    assert data["crm"]["username"] == "ana@example.org"
    assert data["house"]["signature_name"] == "Amina Diallo"
    table = cli("settings", "show")
    for part in ("crm.username", "ana@example.org", "store.url", "log.level", "warning"):
        assert part in table.out
    assert "hunter2" not in ended.out + table.out
