"""Cases of the layers below an overlay: they hold, or it is said by what they are superseded."""

import pytest

from lifecycle.authoring import CaseProblems, load_cases, run_cases
from lifecycle.rulebook import load_rulebook

HEAD = "name: ours\nbecause: We work otherwise.\nretires: {{{retires}}}\n"
AC12 = """stage: active
rules:
- id: AC12
  replaces: true
  name: active.gift_is_long_ago
  cite: [S§29.c]
  because: Otherwise.
  when: gift.days_since_last > 9999
  then: {move_to: closed}
"""
OWN = "- {name: ours, today: 2026-06-01, facts: {gift.days_since_last: 3}, fires: false}\n"


@pytest.fixture
def run(rules, tmp_path):
    """Return a function that runs the cases of AC12, AC13 and some whole ones under an overlay."""
    for file in (rules / "examples").glob("*.yaml"):
        if file.stem not in ("AC12", "AC13"):
            file.unlink()
    (rules / "examples/whole.yaml").write_text(
        "- {name: a gift long ago, today: 2026-06-01, expects: {stage: renewal, moves: [AC12]},\n"
        "   facts: {stage: active, partner.audience: public, gift.days_since_last: 400}}\n"
        "- {name: nothing moves, today: 2026-06-01, facts: {stage: active}, expects: {moves: []}}\n"
    )

    def run(retires="", **files):
        folder = tmp_path / "ours"
        (folder / "examples").mkdir(parents=True, exist_ok=True)
        (folder / "overlay.yaml").write_text(HEAD.format(retires=retires), "utf-8")
        for place, text in files.items():
            file = folder / f"{place.replace('__', '/')}.yaml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        rulebook = load_rulebook(rules, [folder])
        return run_cases(rulebook, load_cases(rulebook))

    return run


def _outcomes(ran):
    failed = {each.case.name: each.remedy for each in ran if each.failed}
    return failed, {each.case.name: each.superseded for each in ran if each.superseded}


def test_an_overlay_that_changes_nothing_supersedes_nothing(run):
    assert _outcomes(run()) == ({}, {})


def test_a_case_of_a_replaced_rule_is_superseded_once_the_overlay_has_its_own(run):
    failed, superseded = _outcomes(run(active=AC12))
    assert (len(failed), superseded) == (2, {})
    assert failed["a gift long ago"] == (
        "ours replaces AC12: write a case of it in ours/examples/AC12.yaml"
    )
    ran = run(examples__AC12=OWN)
    failed, superseded = _outcomes(ran)
    assert (failed, set(superseded.values())) == ({}, {"ours replaces AC12"})
    assert len(superseded) == 2
    assert [each.case.layer for each in ran if each.case.name == "ours"] == ["ours"]
    assert sum(each.passed for each in ran) == len(ran) - 2


def test_a_replaced_parameter_is_told_with_the_rule_that_asks_for_it(run, rules):
    text = (rules / "parameters/renewal/again_after_days.yaml").read_text("utf-8")
    text = text.partition("values:")[0] + "values: {2016-01-01: 9999}\n"
    failed, _ = _outcomes(run(parameters__renewal__again_after_days=f"replaces: true\n{text}"))
    assert failed["a gift long ago"].startswith(
        "ours replaces renewal.again_after_days, which AC12 asks for: write a case"
    )
    failed, superseded = _outcomes(run(examples__AC12=OWN))
    assert (failed, len(superseded)) == ({}, 2)


def test_cases_of_a_retired_rule_are_superseded(run):
    failed, superseded = _outcomes(run(retires="rules: {AC12: We keep everybody.}"))
    assert failed == {}
    assert len(superseded) == 3
    assert set(superseded.values()) == {"ours retires AC12: We keep everybody."}


def test_a_case_that_an_added_rule_makes_untrue_fails_until_it_is_retired(run):
    added = AC12.replace("  replaces: true\n", "").replace("AC12", "AC62").replace("> 9999", "> 1")
    added += "  priority: 90\n"
    failed, superseded = _outcomes(run(active=added))
    assert (failed, superseded) == ({"a gift long ago": None}, {})
    failed, superseded = _outcomes(run(retires="cases: {a gift long ago: We close at once.}"))
    assert failed == {}
    assert superseded == {"a gift long ago": "ours retires this case: We close at once."}


def test_a_case_to_retire_must_be_there(run):
    with pytest.raises(CaseProblems) as caught:
        run(retires="cases: {a gift long age: No.}")
    assert (
        "ours/overlay.yaml:3:19: there is no case of this name to retire: a gift long age"
        in str(caught.value)
    )
    assert "did you mean a gift long ago?" in str(caught.value)


def test_a_case_of_the_overlay_knows_its_rules(run):
    with pytest.raises(CaseProblems, match=r"ours/examples/AC99\.yaml:1:"):
        run(examples__AC99=OWN)
    added = AC12.replace("  replaces: true\n", "").replace("AC12", "AC99")
    assert _outcomes(run(active=added)) == ({}, {})
