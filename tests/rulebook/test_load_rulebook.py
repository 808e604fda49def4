"""Rules are loaded whole or not at all; every mistake is told at once, with its place."""

import re
from datetime import date
from pathlib import Path

import pytest

from lifecycle.rulebook import ParameterTooEarly, RulebookError, load_rulebook
from partner_lifecycle.resources import rules_folder


def _mistakes(folder):
    with pytest.raises(RulebookError) as caught:
        load_rulebook(folder)
    return caught.value.problems


def _rule(**changes):
    rule = {
        "id": "PR02",
        "name": "prospect.other",
        "cite": "[S§21]",
        "because": "Because.",
        "when": "gift.count > 0",
        "then": "{flag: Look}",
        **changes,
    }
    lines = [f"  {name}: {value}\n" for name, value in rule.items() if value is not None]
    return "- " + "".join(lines)[2:]


def test_the_shipped_rulebook_loads_and_says_by_which_files():
    rulebook = load_rulebook(rules_folder())
    assert len(rulebook.rules) >= 60
    assert rulebook.digest == load_rulebook(rules_folder()).digest
    priorities = [rule.priority for rule in rulebook.rules]
    assert priorities == sorted(priorities, reverse=True)


def test_a_changed_file_changes_the_digest(rules):
    before = load_rulebook(rules).digest
    (rules / "parameters/notice/days.yaml").write_text(
        (rules / "parameters/notice/days.yaml").read_text().replace("60", "61")
    )
    assert load_rulebook(rules).digest != before


@pytest.mark.parametrize(
    ("changes", "what", "remedy"),
    [
        ({"when": "gift.cuont > 0"}, "there is no fact gift.cuont", "did you mean gift.count"),
        ({"when": "stage == 'prospekt'"}, "stage is never 'prospekt'", "did you mean 'prospect'"),
        ({"when": "gift.count > param('notice.day', stage)"}, "no parameter notice.day", "notice"),
        ({"id": "PR01"}, "two rules have the id PR01", "its own"),
        ({"id": "R1"}, "id: 'R1' is no id of a rule", "two capitals and two digits"),
        ({"cite": "[S§22]"}, "PR02 cites S§22, which is not in clauses.yaml", "S§21"),
        ({"cite": None}, "cite is missing", "write `cite: …`"),
        ({"because": None}, "because is missing", "write `because: …`"),
        ({"whne": "True"}, "whne is not known here", "did you mean when?"),
        ({"then": "{}"}, "PR02 does nothing", "add a task"),
        ({"then": "{move_to: prospect}"}, "moves to the stage it is at", "another stage"),
        (
            {"then": "{move_to: limbo}"},
            "then.move_to is never 'limbo'",
            "write one of: prospect, dil",
        ),
        ({"then": "{move_to: activ}"}, "then.move_to is never 'activ'", "did you mean active?"),
        ({"then": "{task: {subjct: x, due_in_days: 1}}"}, "subjct is not known", "mean subject?"),
        ({"then": "{suspend: false}"}, "then.suspend can only be true", "leave it out"),
        ({"then": "{move_to: closed, suspend: true}"}, "move_to and suspend at once", "each"),
        ({"then": "{move_to: closed}", "for_each": "gift"}, "cannot move_to", "for_each"),
        ({"then": "{task: {subject: x, due_in_days: -1}}"}, "due_in_days is -1", "at least 0"),
        ({"then": "{task: {subject: x, due_in_days: x}}"}, "is 'x', and no whole number", "digits"),
        ({"then": "{set: {close: true}}"}, "'close' is no conclusion", "note.close"),
        ({"then": "{set: {note.a: 1.5}}"}, "no conclusion", "write true, false, a text"),
        ({"then": "[flag]"}, "then is a list, and no table", "key: value"),
        ({"when": "''"}, "when is empty", "write something"),
        ({"when": '" "'}, "nothing is asked", "gift.count > 0"),
        ({"name": "Prospect other"}, "is no name", "small letters"),
        ({"cite": "S§21"}, "cite is 'S§21', and no list", "[a, b]"),
        ({"priority": "high"}, "priority is 'high', and no whole number", "digits"),
        ({"because": "2026"}, "because is 2026, and no text", "in quotes"),
        ({"then": "{draft: '../secrets'}"}, "'../secrets' is no name", "small letters"),
        ({"once_per": "gift.lastdate"}, "there is no fact gift.lastdate", "gift.last_date"),
        ({"for_each": "touch"}, "for_each is never 'touch'", "gift, agreement"),
        ({"for_each": "gifts"}, "for_each is never 'gifts'", "did you mean gift?"),
        ({"when": "row.amount > 0"}, "there is no fact row.amount", "add `for_each: gift`"),
        ({"when": "param('notice.days', 'firm') > 0"}, "never 'firm'", "one of: corporation"),
        ({"when": "param('notice.days', 'publik') > 0"}, "never 'publik'", "mean 'public'?"),
    ],
)
def test_a_mistake_in_a_rule_is_told_with_its_place(rules, changes, what, remedy):
    file = rules / "prospect.yaml"
    file.write_text(file.read_text() + _rule(**changes))
    problems = _mistakes(rules)
    assert any(what in problem.what and remedy in problem.remedy for problem in problems), problems
    assert {problem.file for problem in problems} == {"rules/prospect.yaml"}
    assert all(problem.line >= 9 for problem in problems)


def test_a_folded_condition_is_pointed_at_where_it_stands(rules):
    (rules / "active.yaml").write_text(
        "stage: active\nrules:\n- id: AC01\n  name: a.b\n  cite: [S§21]\n  because: b\n"
        "  when: >-\n    gift.count > 0 and\n    gift.cuont > 0\n  then: {flag: x}\n"
    )
    (problem,) = _mistakes(rules)
    assert str(problem).startswith("rules/active.yaml:9:5: there is no fact gift.cuont")


def test_every_mistake_of_every_file_is_told_at_once(rules):
    (rules / "active.yaml").write_text("stage: active\nrules:\n" + _rule(when="gift.x > 0"))
    (rules / "closed.yaml").write_text("stage: closd\nrules: []\n")
    (rules / "parameters/notice/days.yaml").write_text(
        "meaning: m\ntype: integer\ncite: [S§99]\nvalues:\n  2016-01-01: {corporation: x}\n"
    )
    told = [(problem.file, problem.what) for problem in _mistakes(rules)]
    parameter = "rules/parameters/notice/days.yaml"
    assert ("rules/active.yaml", "there is no fact gift.x") in told
    assert any(file == "rules/closed.yaml" and "stage" in what for file, what in told)
    assert (parameter, "notice.days cites S§99, which is not in clauses.yaml") in told
    assert (parameter, "there is no value for foundation, hnwi, public") in told
    assert (parameter, "this is not a value of type integer") in told
    assert told == sorted(told, key=lambda each: each[0])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: [1", "this is not YAML"),
        ("stage: prospect\nstage: active\nrules: []\n", "the key stage stands here twice"),
        ("a: &x [1]\nb: *x\n", "anchors and aliases are not used here"),
        ("a: !!python/object/apply:os.system ['true']\n", "not plain YAML"),
        ("a: !secret x\n", "not plain YAML"),
        ("[" * 60 + "]" * 60, "nested deeper than 50 levels"),
        ("a: 2026-02-30\n", "day is out of range"),
    ],
)
def test_yaml_that_is_not_plain_is_refused(rules, text, what):
    (rules / "prospect.yaml").write_text(text)
    problems = _mistakes(rules)
    assert any(what in str(problem) for problem in problems), problems


def test_what_cannot_be_read_is_told(rules):
    (rules / "prospect.yaml").write_bytes(b"stage: \xff\xfe\n")
    (rules / "active.yaml").write_bytes(b"# " + b"x" * (10 * 1024 * 1024 + 1))
    whats = {problem.what for problem in _mistakes(rules)}
    assert whats == {"the file is not UTF-8 text", "the file is larger than 10 MB"}


def test_an_empty_folder_is_no_rulebook(tmp_path):
    whats = [problem.what for problem in _mistakes(tmp_path)]
    assert "there are no rule files here" in whats


def test_ten_thousand_rules_load(rules):
    body = "".join(
        _rule(id=f"{chr(65 + n // 2600)}{chr(65 + n // 100 % 26)}{n % 100:02}")
        for n in range(10_000)
    )
    (rules / "active.yaml").write_text("stage: active\nrules:\n" + body)
    (rules / "prospect.yaml").unlink()
    assert len(load_rulebook(rules).rules) == 10_000


def test_a_parameter_holds_from_its_day_on(rules):
    rulebook = load_rulebook(rules)
    assert rulebook.on(date(2016, 1, 1))["notice.days"] == {
        "corporation": 90,
        "foundation": 30,
        "hnwi": 30,
        "public": 30,
    }
    assert rulebook.on(date(2020, 1, 1))["notice.days"] == 60
    assert rulebook.on(date(2019, 12, 31))["notice.days"]["corporation"] == 90
    with pytest.raises(ParameterTooEarly, match=r"notice\.days has no value on 2015-12-31"):
        rulebook.on(date(2015, 12, 31))


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ("2016-01-01: {corporation: 1}", "there is no value for foundation, hnwi, public"),
        ("2016-01-01: {corp: 1, any: 2}", "corp is not an audience"),
        ("2016-01-01: 1.5", "this is not a value of type integer"),
        ("2016-01-01: true", "this is not a value of type integer"),
        ("first: 1", "first"),
        ("{}", "values"),
    ],
)
def test_a_wrong_parameter_value_is_told(rules, values, what):
    (rules / "parameters/notice/days.yaml").write_text(
        f"meaning: m\ntype: integer\ncite: [S§21]\nvalues:\n  {values}\n"
    )
    problems = _mistakes(rules)
    assert any(what in problem.what for problem in problems), problems


def _refused(folder, rule, clause):
    (folder / "clauses.yaml").write_text(f"C1: {clause}\n")
    (folder / "any.yaml").write_text(f"stage: any\nrules:\n{rule}")
    with pytest.raises(RulebookError) as error:
        load_rulebook(folder)
    (problem,) = error.value.problems
    return problem


def test_a_rule_that_cites_what_nobody_may_set_aside_cannot_be(tmp_path):
    rule = (
        "- {id: AN01, name: a.rule, cite: [C1], because: So., when: suspended,\n"
        "   then: {flag: Seen}, override: [LEVEL]}\n"
    )
    firm = "{gist: A clause., document: D, no_override: true}"
    problem = _refused(tmp_path, rule.replace("LEVEL", "executive"), firm)
    assert problem.what == "AN01 cites C1, and nobody may set that aside"
    assert problem.line == 4
    open_to_some = "{gist: A clause., document: D}"
    problem = _refused(tmp_path, rule.replace("LEVEL", "executiv"), open_to_some)
    assert (problem.what, problem.remedy) == (
        "AN01: there is no level executiv",
        "did you mean executive?",
    )


def test_an_overlay_cannot_open_a_clause_that_nobody_may_set_aside(tmp_path):
    base, overlay = tmp_path / "rules", tmp_path / "office"
    for folder in (base, overlay):
        folder.mkdir()
    (base / "clauses.yaml").write_text("C1: {gist: A clause., document: D, no_override: true}\n")
    rule = "id: AN01, name: a.rule, cite: [C1], because: So., when: suspended, then: {flag: Seen}"
    (base / "any.yaml").write_text(f"stage: any\nrules:\n- {{{rule}}}\n")
    (overlay / "overlay.yaml").write_text("name: office\nbecause: We try.\n")
    (overlay / "clauses.yaml").write_text("C1: {gist: Ours., document: D, replaces: true}\n")
    (overlay / "any.yaml").write_text(
        f"stage: any\nrules:\n- {{{rule}, replaces: true, override: [executive]}}\n"
    )
    with pytest.raises(RulebookError) as error:
        load_rulebook(base, [overlay])
    assert [each.what for each in error.value.problems] == [
        "AN01 cites C1, and nobody may set that aside"
    ]


def test_the_rule_that_the_readme_shows_is_the_one_that_ships():
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    (shown,) = re.findall(r"```yaml\n(- id: .*?)```", readme, re.DOTALL)
    shipped = load_rulebook(rules_folder()).by_id[shown[6:10]]
    text = (rules_folder().parent / shipped.file).read_text("utf-8")
    assert shown.strip() in text
