"""The commands on what the demo leaves behind."""

import json
from datetime import datetime
from pathlib import Path


def test_show_explains_a_partner_by_name_and_by_id(shown):
    drafts = json.loads(shown("drafts", "list", "--json").out)
    name = drafts[0]["partner"]
    ended = shown("show", name)
    assert ended.code == 0
    for part in (name, "Stage:", "Why: rules that hold", "Facts", "Last decisions"):
        assert part in ended.out
    data = json.loads(shown("show", drafts[0]["partner_id"], "--json").out)
    assert data["name"] == name
    assert data["decision"]["stage"] == data["standing"]["stage"]
    assert data["facts"]["partner.id"] == drafts[0]["partner_id"]


def test_show_of_nobody_says_whom_it_could_mean(shown):
    name = json.loads(shown("drafts", "list", "--json").out)[0]["partner"]
    ended = shown("show", name[1:-1].lower())
    assert ended.code == 2
    assert name in ended.err


def test_a_dry_sweep_after_the_demo_would_change_nobody(shown):
    assert json.loads(shown("sweep", "--dry-run", "--json").out) == []
    assert "0 partners would be decided anew" in shown("sweep", "--dry-run").out


def test_drafts_are_listed_shown_and_exported(shown, tmp_path):
    listed = json.loads(shown("drafts", "list", "--status", "drafted", "--json").out)
    assert listed
    assert {draft["status"] for draft in listed} == {"drafted"}
    assert datetime.fromisoformat(listed[0]["created_at"]).tzinfo is not None
    assert listed[0]["created_at"].endswith("Z") and "T" in listed[0]["created_at"]
    some = listed[0]
    ended = shown("drafts", "show", some["id"])
    assert some["subject"] in ended.out
    assert "Where it came from" in ended.out
    assert shown("drafts", "export", tmp_path / "out", "--draft", some["id"]).code == 0
    files = {file.suffix: file for file in Path(tmp_path / "out").iterdir()}
    assert set(files) == {".html", ".txt", ".eml"}
    assert b"X-Unsent: 1" in files[".eml"].read_bytes()
    assert f'lang="{some["language"]}"' in files[".html"].read_text()


def test_a_draft_that_does_not_exist_is_told(shown):
    ended = shown("drafts", "show", "PL-nothing")
    assert ended.code == 2
    assert "There is no draft PL-nothing" in ended.err


def test_rules_are_listed_with_their_clauses(shown):
    rules = json.loads(shown("rules", "list", "--json").out)
    assert len(rules) >= 60
    assert all(rule["cite"] and rule["does"] for rule in rules)
    assert "no mistakes" in shown("rules", "check").out


def test_a_small_demo_is_a_demo_too(cli):
    data = json.loads(cli("demo", "--partners", "20", "--json").out)
    assert data["first"]["decided"]["partners"] == 20
    assert sorted(data["decided_anew"]) == sorted(edit["partner"] for edit in data["edits"])


def test_the_demo_does_not_clear_a_folder_that_is_not_its_own(cli, tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "letter.txt").write_text("keep me")
    ended = cli("demo", "--folder", tmp_path / "precious")
    assert ended.code == 2
    assert "holds something else" in ended.err
    assert (tmp_path / "precious" / "letter.txt").read_text() == "keep me"


def test_an_org_is_loaded_from_csv_and_says_what_it_took(cli, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "Account.csv").write_text("Id,Name\n1,Acme\n2,Beta\n")
    ended = cli("sandbox", "load", tmp_path / "data", "--data", tmp_path / "org.db", "--json")
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["rows"] == {"Account": 2}
