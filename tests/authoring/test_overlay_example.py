"""The overlay in examples/ that people copy: it loads, is without warnings, and docs show it."""

import re
from datetime import date
from pathlib import Path

import pytest

from lifecycle.authoring import check_rulebook, load_cases, run_cases
from lifecycle.proving import load_invariants, prove
from lifecycle.rulebook import load_rulebook
from partner_lifecycle.resources import rules_folder

ROOT = Path(__file__).parents[2]
OFFICE = ROOT / "examples/office"
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def layered():
    return load_rulebook(rules_folder(), [OFFICE])


def test_it_does_what_the_docs_say(layered):
    (_, office) = layered.layers
    assert {(each.did, each.thing, each.id) for each in office.changes} == {
        ("retired", "rule", "AC03"),
        ("replaced", "rule", "AC02"),
        ("added", "rule", "AC60"),
        ("replaced", "parameter", "touch.every_days"),
        ("added", "parameter", "office.visit_days"),
        ("added", "clause", "OFFICE.1"),
        ("added", "clause", "OFFICE.2"),
    }


def test_it_gives_no_warning(layered, library):
    assert [str(each) for each in check_rulebook(layered, library, TODAY)] == []


def test_every_case_holds_or_is_superseded(layered):
    ran = run_cases(layered, load_cases(layered))
    assert [each for each in ran if each.failed] == []
    assert {each.case.layer for each in ran} == {"base", "country_office"}
    assert {each.case.file for each in ran if each.superseded} == {
        "rules/examples/AC02.yaml",
        "rules/examples/AC03.yaml",
    }


def test_its_invariant_is_proved(layered):
    pytest.importorskip("z3", reason="z3 is not installed")
    own = [each for each in load_invariants(layered) if each.file.startswith("office/")]
    assert {proof.verdict for proof in prove(layered, own, TODAY)} == {"proved"}


def test_the_docs_show_every_file_as_it_is():
    text = (ROOT / "docs/overlays.md").read_text("utf-8")
    shown = dict(re.findall(r"`examples/office/([\w/.]+)`:\n\n```yaml\n(.*?)```", text, re.DOTALL))
    files = {file.relative_to(OFFICE).as_posix(): file for file in OFFICE.rglob("*.yaml")}
    assert shown == {name: file.read_text("utf-8") for name, file in files.items()}
