"""A mistake in invariants.yaml is named with its place, whether or not a prover is installed."""

import sys
from datetime import date

import pytest
from writing import rule

from lifecycle.proving import NothingToProve, ProverMissing, load_invariants, periods, prove
from lifecycle.rulebook import RulebookError, load_rulebook
from partner_lifecycle.resources import rules_folder

RULES = {"prospect": rule("PR01", "gift.count > 0", "{move_to: diligence, draft: introduction}")}


def _one(condition, **more):
    given = {"name": "a.name", "cite": "[C1]", "because": "Because.", **more}
    lines = [f"  {key}: {value}\n" for key, value in given.items()]
    return f"- {''.join(lines).lstrip()}  {condition}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_one("never: entered.activ"), "invariants.yaml:5:10: there is no fact entered.activ"),
        (_one("never: stage == 'active'"), "did you mean stage_"),
        (_one("never: fired.PR02"), "did you mean fired.PR01"),
        (_one("never: drafted.welcome"), "there is no fact drafted.welcome"),
        (_one("never: stage_after == 'actve'"), "did you mean 'active'?"),
        (_one("never: gift.count"), "this is a number, not a condition"),
        (_one("never: gift.count > param('lmit')"), "did you mean limit"),
        (_one("never: moved", cite="[C2]"), "there is no clause C2\n    add it to clauses.yaml"),
        (_one("never: moved", for_each="partner.name"), "there is no enumerated fact partner.name"),
        (_one("never: moved") + _one("never: moved"), "two invariants have this name"),
        (_one("forbid: moved"), "forbid"),
        (_one("never: moved\n  always: moved"), "write one of never, always or possible"),
        (_one("never: __import__('os')"), "not part of the rule language"),
    ],
)
def test_a_mistake_says_where_what_and_what_to_write(written, text, said):
    with pytest.raises(RulebookError) as caught:
        written(text, **RULES)
    assert said in str(caught.value)
    assert "rules/invariants.yaml:" in str(caught.value)


def test_a_folder_without_invariants_says_so(written, tmp_path):
    rulebook, _ = written(_one("never: moved"), **RULES)
    (tmp_path / "rules" / "invariants.yaml").unlink()
    assert load_invariants(rulebook) == ()
    with pytest.raises(NothingToProve, match=r"invariants\.yaml"):
        prove(rulebook, (), date(2026, 6, 1))


def _overlay(tmp_path, invariants="", **files):
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "overlay.yaml").write_text(
        "name: ours\nbecause: Because.\nretires: {rules: {PR01: We do not.}}\n"
    )
    if invariants:
        (folder / "invariants.yaml").write_text(f"invariants:\n{invariants}")
    return load_rulebook(tmp_path / "rules", [folder])


def test_an_overlay_adds_invariants_and_takes_none_away(written, tmp_path):
    written(_one("never: moved"), **RULES)
    rulebook = _overlay(tmp_path, _one("never: drafted", name="our.own"))
    assert [each.name for each in load_invariants(rulebook)] == ["a.name", "our.own"]
    (tmp_path / "ours/invariants.yaml").write_text(f"invariants:\n{_one('possible: moved')}")
    with pytest.raises(RulebookError, match="two invariants have this name") as caught:
        load_invariants(rulebook)
    assert "ours/invariants.yaml:2:3" in str(caught.value)


def test_what_an_overlay_retired_may_be_spoken_of_and_never_happens(written, tmp_path):
    pytest.importorskip("z3", reason="z3 is not installed")
    asked = "possible: fired.PR01 or drafted.introduction"
    written(_one(asked) + _one("never: fired.PR01", name="b.name"), **RULES)
    rulebook = _overlay(tmp_path)
    proofs = prove(rulebook, load_invariants(rulebook), date(2026, 6, 1))
    assert [proof.verdict for proof in proofs] == ["broken", "proved"]


def test_a_period_begins_wherever_a_parameter_changes(written):
    rulebook, _ = written(_one("never: moved"), limit="2016-01-01: 3, 2026-01-01: 5", **RULES)
    found = [(each.first, each.last, each.parameters["limit"]) for each in periods(rulebook)]
    assert found == [
        (date(2016, 1, 1), date(2025, 12, 31), 3),
        (date(2026, 1, 1), date.max, 5),
    ]


def test_without_the_prover_it_says_what_to_install(written, monkeypatch):
    rulebook, invariants = written(_one("never: moved"), **RULES)
    monkeypatch.delitem(sys.modules, "lifecycle.proving.solving", raising=False)
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(ProverMissing, match=r"partner-lifecycle\[prove\]"):
        prove(rulebook, invariants, date(2026, 6, 1))


def test_the_shipped_invariants_can_be_read_and_cite_clauses():
    rulebook = load_rulebook(rules_folder())
    found = load_invariants(rulebook)
    assert len(found) >= 12
    assert {each.kind for each in found} == {"never", "always", "possible"}
    assert all(each.because.endswith(".") and each.cite for each in found)


def test_one_mistake_hides_no_other(written):
    text = _one("never: entered.activ", site="[C1]") + _one("never: fired.PR02", name="b.c")
    with pytest.raises(RulebookError) as caught:
        written(text, **RULES)
    assert {each.what for each in caught.value.problems} == {
        "site is not known here",
        "there is no fact entered.activ",
        "there is no fact fired.PR02",
    }
