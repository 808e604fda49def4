"""Whatever a user gets wrong is told: what, where, what to do; the exit code says whose it is."""

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
from importlib.resources import files

import pytest

from partner_lifecycle.resources import rules_folder, templates_folder

HEAVY = ("polars", "sqlalchemy", "pydantic_settings", "simple_salesforce", "uvicorn", "jinja2")


def _settings(folder, **sections):
    lines = [f'[store]\nurl = "sqlite:///{folder / "store.db"}"']
    for name, values in sections.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    (folder / "partners.toml").write_text("\n".join(lines) + "\n")


def _crm(url, **more):
    secrets = {"password": "hunter2-secret", "consumer_secret": "s3cr3t-key"}
    known = {"username": "u@example.org", "consumer_key": "key", "timeout": 5, "retries": 0}
    return {"login_url": url, "auth": "password", **known, **secrets, **more}


def _told(ended, code, *parts):
    assert ended.code == code, ended
    for part in parts:
        assert part in ended.err, ended.err
    assert "Traceback" not in ended.err
    assert "hunter2" not in ended.err + ended.out
    assert "s3cr3t" not in ended.err + ended.out


def test_help_loads_nothing_heavy_so_that_it_answers_at_once():
    script = (
        "import sys; sys.argv = ['partners', '--help']\n"
        "from partners.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        f"loaded = [name for name in {HEAVY} if name in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    for command in ("demo", "run", "sync", "sweep", "show", "drafts", "rules", "sandbox"):
        assert command in ended.stdout


def test_an_unknown_command_or_option_is_misuse(cli):
    assert cli("dance").code == 2
    assert cli("run", "--no-such-option").code == 2


def test_without_a_crm_in_the_settings_there_is_nothing_to_run(cli, tmp_path):
    _settings(tmp_path)
    _told(cli("run"), 2, "No CRM is set", "[crm]", "partners demo")


def test_a_setting_with_a_typo_is_pointed_at(cli, tmp_path):
    (tmp_path / "partners.toml").write_text('[store]\nurll = "sqlite:///x.db"\n')
    _told(cli("run"), 2, "urll", "partners.toml", "url")


@pytest.mark.parametrize(
    ("status", "body", "kind", "part"),
    [
        (
            400,
            b'{"error":"invalid_grant","error_description":"authentication failure"}',
            "json",
            "",
        ),
        (401, b'[{"message":"Session expired","errorCode":"INVALID_SESSION_ID"}]', "json", ""),
        (403, b'[{"message":"limit","errorCode":"REQUEST_LIMIT_EXCEEDED"}]', "json", ""),
        (500, b'[{"message":"boom","errorCode":"UNKNOWN_EXCEPTION"}]', "json", ""),
        (200, b"<html><body>Down for maintenance</body></html>", "html", ""),
        (503, b"<html><body>Service Unavailable</body></html>", "html", ""),
        (200, b"", "json", ""),
    ],
)
def test_an_org_that_answers_wrongly_is_out_of_reach(
    cli, server, tmp_path, status, body, kind, part
):
    with server(status, body, f"text/{kind}" if kind == "html" else "application/json") as url:
        _settings(tmp_path, crm=_crm(url))
        ended = cli("run")
    _told(ended, 3, "error:", "where:", "what to do:", part)


def test_an_org_that_does_not_answer_is_out_of_reach(cli, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    _settings(tmp_path, crm=_crm(f"http://127.0.0.1:{port}"))
    _told(cli("run"), 3, "error:", f"127.0.0.1:{port}", "what to do:")
    with sqlite3.connect(tmp_path / "store.db") as store:
        tables = {row[0] for row in store.execute("SELECT name FROM sqlite_master")}
        assert not any(name.startswith("crm_") for name in tables)
        assert store.execute("SELECT count(*) FROM run").fetchone() == (0,)
    store.close()


def test_an_error_has_its_traceback_with_debug_only(cli, tmp_path):
    _settings(tmp_path)
    with pytest.raises(Exception, match="No CRM is set"):
        cli("--debug", "run")


def test_a_rule_with_a_typo_stops_before_anything_is_read(cli, tmp_path):
    rules = shutil.copytree(rules_folder(), tmp_path / "rules")
    file = rules / "prospect.yaml"
    file.write_text(file.read_text().replace("gift.count", "gift.cuont", 1))
    _settings(tmp_path, rules={"folders": ["rules"]}, crm=_crm("http://127.0.0.1:1"))
    for command in (["rules", "check"], ["rules", "list"], ["run"]):
        _told(cli(*command), 2, "rules/prospect.yaml:", "gift.cuont", "did you mean gift.count")


def test_a_rule_that_names_no_template_is_told(cli, tmp_path):
    rules = shutil.copytree(rules_folder(), tmp_path / "rules")
    file = rules / "active.yaml"
    file.write_text(file.read_text().replace("draft: welcome", "draft: welcom", 1))
    ended = cli("rules", "check", "--folder", rules)
    _told(ended, 2, "asks for the draft welcom", "did you mean welcome?", "rules/active.yaml:")


def test_a_template_that_names_a_field_which_does_not_exist_is_told(cli, tmp_path):
    templates = shutil.copytree(templates_folder(), tmp_path / "templates")
    file = next((templates / "emails/welcome").glob("*.en.md"))
    file.write_text(file.read_text() + "\n{{ partner.nmae }}\n")
    _settings(tmp_path, templates={"folder": str(templates)})
    _told(cli("rules", "check"), 2, file.name, "partner.nmae", "partner.name")


def test_a_profile_with_an_unknown_field_is_told(cli, tmp_path):
    shipped = files("crm_sync.profiles").joinpath("standard.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(shipped.replace("crm_stage:", "crm_stge:", 1))
    _settings(
        tmp_path, profile={"name": str(tmp_path / "mine.yaml")}, crm=_crm("http://127.0.0.1:1")
    )
    _told(cli("run"), 2, "mine.yaml:", "crm_stge", "crm_stage")


def test_a_store_that_is_no_store_is_told(cli, tmp_path):
    (tmp_path / "store.db").write_text("this is a letter, not a database" * 100)
    _settings(tmp_path, crm=_crm("http://127.0.0.1:1"))
    _told(cli("run"), 3, "not a database", "store.db", "what to do:")


def test_a_store_of_a_newer_version_is_left_alone(cli, tmp_path, store_url):
    from partners.store import open_store

    _settings(tmp_path, crm=_crm("http://127.0.0.1:1"))
    open_store(f"sqlite:///{tmp_path / 'store.db'}").close()
    with sqlite3.connect(tmp_path / "store.db") as store:
        store.execute("UPDATE partner_lifecycle_version SET version_num = '9999'")
    store.close()
    _told(cli("run"), 3, "newer", "store.db", "what to do:")


def test_reading_from_a_store_that_is_not_there_makes_none(cli, tmp_path):
    _settings(tmp_path)
    for command in (["show", "Acme"], ["drafts", "list"], ["sweep", "--dry-run"]):
        _told(cli(*command), 3, "There is no store yet", "partners run")
    assert not (tmp_path / "store.db").exists()
