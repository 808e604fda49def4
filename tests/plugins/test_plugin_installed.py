"""The example plug-in, built and installed like any other package, and used by the real program."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "plugin"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder on Python's path that the example was installed into."""
    folder = tmp_path_factory.mktemp("site")
    offline = ("--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
    command = [sys.executable, "-m", "pip", "install", "-q", *offline, "--target", folder, EXAMPLE]
    subprocess.run(command, check=True, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with settings that lay the plug-in's rules over the shipped ones."""
    folder = tmp_path_factory.mktemp("office")
    store = '[store]\nurl = "sqlite:///demo-output/partners.db"\n'
    (folder / "partners.toml").write_text(f'[rules]\noverlays = ["plugin:donor_care"]\n{store}')
    return folder


@pytest.fixture
def run(site, place):
    """Return a function that runs a module in a process of its own and returns what it prints."""

    def run(*command, code=0):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PARTNERS_", "COV_"))}
        path = os.pathsep.join([str(site), str(ROOT)])
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", *command],
            env={**clean, "PYTHONPATH": path, "COLUMNS": "160"},
            cwd=place,
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


def test_its_own_tests_pass(run):
    told = run("pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, EXAMPLE / "tests")
    assert "5 passed" in told


def test_it_is_listed_with_all_that_it_adds(run):
    told = run("partners", "rules", "plugins")
    assert "donor_care (partners-donor-care 1.0.0)" in told
    assert "donor_care.quarter(date)" in told
    (data,) = json.loads(run("partners", "rules", "plugins", "--json"))
    assert [fact["name"] for fact in data["facts"]] == [
        "donor_care.year_usd",
        "donor_care.largest_usd",
        "donor_care.countries",
    ]
    assert "With the plug-in donor_care (partners-donor-care 1.0.0)" in run(
        "partners", "rules", "list"
    )


def test_its_rules_are_checked_and_tested_beside_ours(run):
    told = run("partners", "rules", "check", "--strict")
    assert "With the plug-in donor_care (partners-donor-care 1.0.0): 3 facts" in told
    assert "no mistakes, no warnings" in told
    told = run("partners", "rules", "test", "--rule", "DC01", "--rule", "DC02", "--rule", "DC03")
    assert "9 cases of 3 rules: all passed." in told


def test_its_rules_are_explained_in_words_and_as_engines_read_them(run):
    told = run("partners", "rules", "explain", "DC01", "--day", "2026-06-01")
    assert "largest gift received: at least US$ 50,000" in told
    told = run("partners", "rules", "explain", "DC02", "--as", "polars")
    assert 'col("today").dt.quarter()' in told
    told = run("partners", "rules", "explain", "DC03", "--as", "durable")
    assert json.loads(told)["DC03"]


def test_its_invariants_are_proved_beside_ours(run):
    proofs = json.loads(run("partners", "rules", "prove", "--json"))
    verdicts = {proof["invariant"]: proof["verdict"] for proof in proofs}
    assert set(verdicts.values()) == {"proved"}
    assert {"active.signed", "donor_care.thanks_for_something", "donor_care.last_quarter"} <= set(
        verdicts
    )


def test_a_whole_run_decides_with_it_and_shows_its_facts(run):
    told = json.loads(run("partners", "demo", "--partners", "60", "--json"))
    decided = told["first"]["decided"]
    assert decided["plugins"] == ["donor_care (partners-donor-care 1.0.0)"]
    shown = json.loads(run("partners", "show", decided["changed"][0], "--json"))
    assert shown["facts"]["donor_care.countries"] >= 0
