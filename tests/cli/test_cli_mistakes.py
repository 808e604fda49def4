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


def test_without_a_crm_in_the_settings_there_is_nothing_to_run(cli, tmp_path, settings_file):
    settings_file()
    for command in ("run", "sync", "baseline"):
        _told(cli(command), 2, "No CRM is set", "[crm]", "partners demo")
    assert {file.name for file in tmp_path.iterdir()} == {"partners.toml"}


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
    cli, server, status, body, kind, part, settings_file
):
    with server(status, body, f"text/{kind}" if kind == "html" else "application/json") as url:
        settings_file(crm=_crm(url))
        ended = cli("run")
    _told(ended, 3, "error:", "where:", "what to do:", part)


def test_an_org_that_does_not_answer_is_out_of_reach(cli, settings_file, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings_file(crm=_crm(f"http://127.0.0.1:{port}"))
    _told(cli("run"), 3, "error:", f"127.0.0.1:{port}", "what to do:")
    assert {file.name for file in tmp_path.iterdir()} == {"partners.toml"}


def test_an_error_has_its_traceback_with_debug_only(cli, settings_file):
    settings_file()
    with pytest.raises(Exception, match="No CRM is set"):
        cli("--debug", "run")


def test_a_rule_with_a_typo_stops_before_anything_is_read(cli, tmp_path, settings_file):
    rules = shutil.copytree(rules_folder(), tmp_path / "rules")
    file = rules / "prospect.yaml"
    file.write_text(file.read_text().replace("gift.count", "gift.cuont", 1))
    settings_file(rules={"folder": "rules"}, crm=_crm("http://127.0.0.1:1"))
    for command in (["rules", "check"], ["rules", "list"], ["run"]):
        _told(cli(*command), 2, "rules/prospect.yaml:", "gift.cuont", "did you mean gift.count")


def test_a_rule_that_names_no_template_is_told(cli, tmp_path):
    rules = shutil.copytree(rules_folder(), tmp_path / "rules")
    file = rules / "active.yaml"
    file.write_text(file.read_text().replace("draft: welcome", "draft: welcom", 1))
    ended = cli("rules", "check", "--folder", rules)
    _told(ended, 2, "asks for the draft welcom", "did you mean welcome?", "rules/active.yaml:")


def test_a_template_that_names_a_field_which_does_not_exist_is_told(cli, tmp_path, settings_file):
    templates = shutil.copytree(templates_folder(), tmp_path / "templates")
    file = next((templates / "emails/welcome").glob("*.en.md"))
    file.write_text(file.read_text() + "\n{{ partner.nmae }}\n")
    settings_file(templates={"folder": str(templates)})
    _told(cli("rules", "check"), 2, file.name, "partner.nmae", "partner.name")


def test_a_profile_with_an_unknown_field_is_told(cli, tmp_path, settings_file):
    shipped = files("crm_sync.profiles").joinpath("standard.yaml").read_text()
    (tmp_path / "mine.yaml").write_text(shipped.replace("crm_stage:", "crm_stge:", 1))
    settings_file(profile={"name": str(tmp_path / "mine.yaml")}, crm=_crm("http://127.0.0.1:1"))
    _told(cli("run"), 2, "mine.yaml:", "crm_stge", "crm_stage")


def test_a_store_that_is_no_store_is_told(cli, settings_file, local_crm, tmp_path):
    (tmp_path / "store.db").write_text("this is a letter, not a database" * 100)
    settings_file(crm=local_crm)
    _told(cli("run"), 3, "not a database", "store.db", "what to do:")


def test_a_store_of_a_newer_version_is_left_alone(cli, settings_file, local_crm, tmp_path):
    from partners.store import open_store

    settings_file(crm=local_crm)
    open_store(f"sqlite:///{tmp_path / 'store.db'}").close()
    with sqlite3.connect(tmp_path / "store.db") as store:
        store.execute("UPDATE partner_lifecycle_version SET version_num = '9999'")
    store.close()
    _told(cli("run"), 3, "newer", "store.db", "what to do:")


def test_reading_from_a_store_that_is_not_there_makes_none(cli, tmp_path, settings_file):
    settings_file()
    for command in (["show", "Acme"], ["drafts", "list"], ["sweep", "--dry-run"]):
        _told(cli(*command), 3, "There is no store yet", "partners run")
    assert not (tmp_path / "store.db").exists()


def test_a_secret_that_is_missing_matters_only_to_what_logs_in(cli, settings_file, tmp_path):
    settings_file(crm={"auth": "client_credentials", "consumer_key": "key"})
    assert cli("rules", "check").code == 0
    ended = cli("run")
    _told(ended, 2, "also needs consumer_secret", "[crm]", "PARTNERS_CRM__CONSUMER_SECRET")
    assert {file.name for file in tmp_path.iterdir()} == {"partners.toml"}


def test_a_private_key_that_is_missing_or_none_is_a_broken_setting(cli, settings_file, tmp_path):
    crm = {"auth": "jwt", "username": "ana@example.org", "consumer_key": "key"}
    settings_file(crm={**crm, "login_url": "http://127.0.0.1:1", "private_key_file": "our.pem"})
    _told(cli("sync"), 2, "private key", "our.pem", "what to do:")
    (tmp_path / "our.pem").write_text("no key at all")
    _told(cli("sync"), 2, "private key", "our.pem", "what to do:")


def test_a_password_in_an_address_is_refused_and_not_repeated(cli, settings_file):
    settings_file(crm=_crm("https://ana:hunter2-secret@crm.example.org"))
    _told(cli("sync"), 2, "login_url", "no password", "partners.toml:")


def test_letters_are_refused_until_somebody_signs_them(cli, local_crm, tmp_path):
    crm = "".join(f"{key} = {json.dumps(value)}\n" for key, value in local_crm.items())
    (tmp_path / "partners.toml").write_text(f"[crm]\n{crm}")
    for command in (["run"], ["sweep"], ["drafts", "export", "out"]):
        ended = cli(*command)
        _told(ended, 2, "[house]", "name, signature_name, address", 'address = "Street')
    assert {file.name for file in tmp_path.iterdir()} == {"partners.toml"}
    assert cli("sync").code == 0
    assert cli("sweep", "--dry-run").code == 0


@pytest.mark.parametrize("taken", ["a-file", "a-file/below"])
def test_a_folder_that_cannot_be_written_is_told(cli, settings_file, local_crm, tmp_path, taken):
    (tmp_path / "a-file").write_text("keep me")
    for command in (["demo", "--folder"], ["rules", "docs"]):
        _told(cli(*command, taken), 2, "cannot be written", "a-file", "what to do:")
    page = cli("rules", "policy", f"{taken}/page.md")
    _told(page, 2, "cannot be written", "a-file", "what to do:")
    settings_file(crm=local_crm)
    assert cli("sync").code == 0
    _told(cli("drafts", "export", taken), 2, "cannot be written", "a-file", "what to do:")
    assert (tmp_path / "a-file").read_text() == "keep me"
