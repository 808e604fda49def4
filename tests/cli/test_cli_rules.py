"""`partners rules`: what authors of rules see, and how the commands end."""

import json
import re
import shutil
import sys

import pytest

from partner_lifecycle.resources import rules_folder


@pytest.fixture
def rules(tmp_path):
    """A copy of the shipped rules to change, and the settings that name it."""
    (tmp_path / "partners.toml").write_text('[rules]\nfolder = "rules"\n')
    return shutil.copytree(rules_folder(), tmp_path / "rules")


def _late(rules):
    file = rules / "active.yaml"
    text = file.read_text("utf-8").replace("  accept: [upper-time-bound]", "  #", 1)
    file.write_text(text, "utf-8")


def test_warnings_are_printed_and_fail_only_when_asked(cli, rules):
    assert "no warnings" in cli("rules", "check", "--strict").out
    _late(rules)
    ended = cli("rules", "check")
    assert ended.code == 0
    assert "rules/active.yaml:5:1: AC01 acts only up to a time" in ended.out
    assert "[upper-time-bound]" in ended.out
    assert "1 warning." in ended.out
    assert cli("rules", "check", "--strict").code == 1
    data = json.loads(cli("rules", "check", "--json").out)
    (found,) = data["findings"]
    assert [layer["name"] for layer in data["layers"]] == ["base"]
    assert (found["rule"], found["kind"], found["line"]) == ("AC01", "upper-time-bound", 5)
    assert "nothing carries S§30.e: Naming" in cli("rules", "check", "--verbose").out


def test_a_clause_says_why_nothing_carries_it_and_only_then(cli, rules):
    file = rules / "clauses.yaml"
    text = file.read_text("utf-8")
    line = 'S§30.e: {gist: "Key staff are named and trained.", document: Strategy}'
    file.write_text(re.sub("(?m)^S§30.e: .*$", line, text), "utf-8")
    ended = cli("rules", "check")
    assert (ended.code, "nothing carries S§30.e" in ended.err) == (2, True)
    assert re.search(r"rules/clauses.yaml:\d\d:1: ", ended.err)
    claimed = 'S§13: {gist: "Years.", document: Strategy, not_carried: "No reason."}'
    file.write_text(re.sub("(?m)^S§13: .*$", claimed, text), "utf-8")
    ended = cli("rules", "check")
    assert ended.code == 2
    assert "S§13 says that nothing carries it, and is cited by PR01, PR03, PR09 and" in ended.err


def test_the_policy_is_written_clause_by_clause(cli, rules, tmp_path):
    page = tmp_path / "new" / "policy.md"
    ended = cli("rules", "policy", page)
    assert (ended.code, "56 clauses, 41 carried" in ended.out) == (0, True)
    assert cli("rules", "policy").out == page.read_text("utf-8")
    rows = {row["clause"]: row for row in json.loads(cli("rules", "policy", "--json").out)}
    assert rows["S§18"]["rules"] == ["AG01"]
    assert rows["S§30.e"]["not_carried"]
    for case in (rules / "examples").glob("*.yaml"):
        case.unlink()
    ended = cli("rules", "policy", page)
    assert (ended.code, "No case or proof tries S§11" in ended.err) == (1, True)
    assert cli("rules", "policy", tmp_path).code == 2


def test_cases_are_run_and_a_failing_one_is_explained(cli, rules):
    ended = cli("rules", "test")
    assert (ended.code, "all passed" in ended.out) == (0, True)
    assert "2 cases of 1 rule: all passed" in cli("rules", "test", "--rule", "AC12").out
    file = rules / "examples/AC12.yaml"
    file.write_text(file.read_text("utf-8").replace("fires: true", "fires: false"), "utf-8")
    ended = cli("rules", "test", "--rule", "active.gift_is_long_ago")
    assert ended.code == 1
    assert "AC12 fires, and should not" in ended.out
    assert "✓ audience: public (needed: public)" in ended.out
    data = json.loads(cli("rules", "test", "--json").out)
    assert [each["passed"] for each in data].count(False) == 1
    assert "did you mean AC12" in cli("rules", "test", "--rule", "AC112").err


def test_a_rule_is_explained_in_words_and_as_engines_read_it(cli):
    ended = cli("rules", "explain", "AC10")
    assert "moves the partner to renewal" in ended.out
    assert "S§29.c" in ended.out
    assert json.loads(cli("rules", "explain", "AC10", "--as", "durable").out)["AC10"]
    assert 'col("agreement.days_left")' in cli("rules", "explain", "AC10", "--as", "polars").out
    z3 = pytest.importorskip("z3", reason="z3 is not installed")
    formula = cli("rules", "explain", "AC10", "--as", "z3").out
    assert "; stage: 0 prospect, 1 diligence" in formula
    solver = z3.Solver()
    solver.from_string(formula)
    solver.add(z3.Int("agreement.days_left") == -400)
    assert solver.check() == z3.unsat
    ended = cli("rules", "explain", "AC10", "--as", "polar")
    assert (ended.code, "did you mean polars" in ended.err) == (2, True)
    assert cli("rules", "explain", "AC10", "--day", "tomorrow").code == 2
    assert (
        "has no value on 1999-01-01" in cli("rules", "explain", "AC10", "--day", "1999-01-01").err
    )


def test_the_handbook_is_written(cli, tmp_path):
    ended = cli("rules", "docs", tmp_path / "book")
    assert ended.code == 0
    assert "<svg" in (tmp_path / "book/index.html").read_text("utf-8")


def test_rulebooks_are_compared_over_the_mirror(shown, tmp_path):
    rules = shutil.copytree(rules_folder(), tmp_path / "rules")
    (rules / "parameters/lapse/days.yaml").write_text(
        (rules / "parameters/lapse/days.yaml").read_text("utf-8").replace("540", "200"), "utf-8"
    )
    shipped = rules_folder()
    ended = shown("rules", "diff", shipped, rules)
    assert ended.code == 0, ended.err
    assert "of 300 partners would be decided differently" in ended.out
    data = json.loads(shown("rules", "diff", shipped, rules, "--json").out)
    assert data["different"] > 0
    assert {each["audience"] for each in data["stages"]} == {"public"}
    assert "0 of 300" in shown("rules", "diff", shipped).out
    assert "0 of 300" in shown("rules", "diff", "base").out
    assert shown("rules", "diff", "git:nope", rules).code == 2


@pytest.fixture
def overlay(tmp_path):
    """An overlay that the settings name: it retires a rule and sees off partners sooner."""
    folder = tmp_path / "ours"
    (folder / "parameters/lapse").mkdir(parents=True)
    text = (rules_folder() / "parameters/lapse/days.yaml").read_text("utf-8")
    (folder / "parameters/lapse/days.yaml").write_text(
        "replaces: true\n" + text.replace("540", "200"), "utf-8"
    )
    (folder / "overlay.yaml").write_text(
        "name: ours\nbecause: We are in a hurry.\nretires: {rules: {AC03: We know everybody.}}\n",
        "utf-8",
    )
    (tmp_path / "partners.toml").write_text('[rules]\noverlays = ["./ours"]\n')
    return folder


def test_every_command_goes_by_the_overlays(cli, overlay, tmp_path):
    ended = cli("rules", "check")
    assert ended.code == 0, ended.err
    assert "ours (ours): We are in a hurry." in ended.out
    assert "  retired   rule AC03: We know everybody." in ended.out
    assert "  replaced  parameter lapse.days: " in ended.out
    _, layer = json.loads(cli("rules", "check", "--json").out)["layers"]
    assert [(each["did"], each["id"]) for each in layer["changes"]] == [
        ("retired", "AC03"),
        ("replaced", "lapse.days"),
    ]
    assert cli("rules", "explain", "AC03").code == 2
    assert "AC03" not in cli("rules", "list").out
    assert "AC03" in cli("rules", "list", "--folder", rules_folder()).out
    assert "200 days" in cli("rules", "explain", "RN06").out + cli("rules", "explain", "AC14").out
    cli("rules", "docs", tmp_path / "book")
    assert "We know everybody." in (tmp_path / "book/index.html").read_text("utf-8")


def test_cases_that_an_overlay_supersedes_are_listed(cli, overlay):
    ended = cli("rules", "test", "--rule", "AC10")
    assert (ended.code, "all passed" in ended.out) == (0, True)
    ended = cli("rules", "test")
    assert "Superseded" in ended.out
    assert "ours retires AC03: We know everybody." in ended.out
    assert ended.code == 1
    assert "ours replaces lapse.days, which" in ended.out
    data = json.loads(cli("rules", "test", "--json").out)
    assert {each["file"] for each in data if each["superseded"]} == {"rules/examples/AC03.yaml"}


def test_a_layer_may_be_named_for_one_command(cli, overlay, rules):
    ended = cli("rules", "list", "--json", "--folder", rules, "--overlay", overlay)
    by_id = {each["id"]: each["from"] for each in json.loads(ended.out)}
    assert (by_id["AC10"], "AC03" in by_id) == ("base", False)
    assert "AC03" in cli("rules", "list", "--json", "--folder", rules).out


def test_the_base_is_compared_with_the_layers(shown, overlay, settings_file, left):
    settings_file(
        store={"url": f"sqlite:///{left / 'partners.db'}"}, rules={"overlays": ["./ours"]}
    )
    data = json.loads(shown("rules", "diff", "base", "--json").out)
    assert data["different"] > 0
    assert {each["audience"] for each in data["stages"]} == {"public"}


@pytest.mark.parametrize("name", ["invariants", "exchange_rates"])
def test_checking_reads_all_that_stands_in_the_folder(cli, rules, name):
    (rules / f"{name}.yaml").write_text("wrong: {of: all}\n", "utf-8")
    ended = cli("rules", "check")
    assert (ended.code, f"rules/{name}.yaml:1:1" in ended.err) == (2, True)


def test_without_the_prover_a_formula_needs_it(cli, monkeypatch):
    monkeypatch.delitem(sys.modules, "lifecycle.authoring.formulas", raising=False)
    monkeypatch.setitem(sys.modules, "z3", None)
    ended = cli("rules", "explain", "AC10", "--as", "z3")
    assert ended.code == 2
    assert "pip install 'partner-lifecycle[prove]'" in ended.err
