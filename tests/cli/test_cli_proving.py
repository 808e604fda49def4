"""`partners rules prove` says what is proved, and shows what breaks the rest."""

import json
import shutil
import sys

import pytest

from partner_lifecycle.resources import rules_folder


@pytest.fixture
def rules(tmp_path):
    """A copy of the shipped rules with one invariant."""
    folder = tmp_path / "rules"
    shutil.copytree(rules_folder(), folder)

    def write(condition):
        text = f"- name: a.name\n  cite: [S§26]\n  because: Because.\n  {condition}\n"
        (folder / "invariants.yaml").write_text(f"invariants:\n{text}", encoding="utf-8")
        return folder

    return write


def test_what_is_proved_ends_well(cli, rules):
    pytest.importorskip("z3", reason="z3 is not installed")
    ended = cli("rules", "prove", "--folder", rules("never: entered.active and gift.count < 0"))
    assert ended.code == 0, ended
    assert "1 of 1 proved" in ended.out


@pytest.mark.thorough
def test_what_is_broken_ends_with_1_and_shows_the_partner(cli, rules):
    pytest.importorskip("z3", reason="z3 is not installed")
    folder = rules("never: entered.active and gift.count == 1")
    ended = cli("rules", "prove", "--folder", folder)
    assert ended.code == 1
    assert "rules/invariants.yaml:2: a.name is broken" in ended.out
    assert "gift.count: 1" in ended.out
    assert "fires: false" in ended.out
    (proof,) = json.loads(cli("rules", "prove", "--folder", folder, "--json").out)
    assert (proof["verdict"], proof["cite"]) == ("broken", ["S§26"])
    assert proof["counterexample"]["facts"]["gift.count"] == 1


def test_what_is_impossible_is_said_with_where(cli, rules):
    pytest.importorskip("z3", reason="z3 is not installed")
    text = "possible: moved and gift.count < 0\n  for_each: partner.audience"
    ended = cli("rules", "prove", "--folder", rules(text))
    assert ended.code == 1
    assert "a.name is broken, partner.audience corporation" in ended.out
    assert "no partner can make this true: moved and gift.count < 0" in ended.out


def test_a_mistake_in_an_invariant_is_misuse(cli, rules):
    ended = cli("rules", "prove", "--folder", rules("never: entered.activ"))
    assert ended.code == 2
    assert "rules/invariants.yaml:5:10: there is no fact entered.activ" in ended.err


def test_without_the_prover_it_says_what_to_install(cli, rules, monkeypatch):
    monkeypatch.delitem(sys.modules, "lifecycle.proving.solving", raising=False)
    monkeypatch.setitem(sys.modules, "z3", None)
    ended = cli("rules", "prove", "--folder", rules("never: moved"))
    assert ended.code == 2
    assert "pip install 'partner-lifecycle[prove]'" in ended.err
