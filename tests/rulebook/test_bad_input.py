"""Whatever stands in a rules folder: a clear error with its place, nothing run, nothing hung."""

import re

import pytest

from lifecycle.rulebook import RulebookError, load_rulebook

HUGE = 10**30
_RULE = (
    "- id: PR02\n  name: a.b\n  cite: [S§21]\n  because: Because.\n"
    "  when: {when}\n  then: {then}\n{more}"
)


def _mistakes(folder):
    with pytest.raises(RulebookError) as caught:
        load_rulebook(folder)
    for problem in caught.value.problems:
        assert problem.what and problem.line >= 1 and problem.column >= 1
        assert len(problem.what) < 300
    return caught.value.problems


def _with(rules, when="gift.count > 0", then="{flag: x}", more=""):
    file = rules / "prospect.yaml"
    file.write_text(file.read_text() + _RULE.format(when=when, then=then, more=more))
    return _mistakes(rules)


@pytest.mark.parametrize(
    "when",
    [
        "__import__('os').system('touch here')",
        "open('here', 'w') == 1",
        "import os",
        "().__class__.__mro__[1].__subclasses__() == 1",
        "gift.__class__ == 1",
        "gift.count.__init__ > 0",
        "__builtins__ == 1",
        "[x for x in (1, 2)] == [1]",
        "{x for x in (1, 2)} == 1",
        "any(x for x in (1, 2))",
        "(lambda: 1)() == 1",
        "gift['count'] > 0",
        "exec('x') == 1",
        "globals()['x'] == 1",
        "(yield) == 1",
        "(x := 1) == 1",
        "f'{gift.count}' == '1'",
        "param.__globals__ == 1",
        "date.today() > date('2026-01-01')",
    ],
)
def test_what_would_run_something_is_refused(rules, tmp_path, monkeypatch, when):
    monkeypatch.chdir(tmp_path)
    problems = _with(rules, f'"{when}"')
    assert {problem.file for problem in problems} == {"rules/prospect.yaml"}
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize(
    "when",
    [
        "not " * 10_000 + "gift.count > 0",
        "(" * 10_000 + "gift.count > 0" + ")" * 10_000,
        "-" * 10_000 + "1 > 0",
        "gift.count > 0" + " + 1" * 10_000,
        "gift" + ".count" * 10_000 + " > 0",
        "gift.count in " + "[" * 10_000 + "]" * 10_000,
        "contains(" * 10_000,
        "gift.count > " + "1" * 10_000,
        "gift.count > 0 or " * 60_000 + "gift.count > 0",
        "partner.name == '" + "x" * 1_000_000 + "'",
    ],
    ids=[
        "nots",
        "brackets",
        "signs",
        "sums",
        "dots",
        "lists",
        "calls",
        "digits",
        "million",
        "text",
    ],
)
def test_what_is_too_deep_or_too_long_is_refused(rules, when):
    _with(rules, f'"{when}"')


@pytest.mark.parametrize(
    "number", [".nan", ".inf", "-.inf", "1.5", "1.0e+400", str(HUGE), f"-{HUGE}", "1" * 5_000]
)
@pytest.mark.parametrize("place", ["parameter", "priority", "max_actions", "due", "note"])
def test_numbers_that_are_none_are_refused_wherever_they_stand(rules, number, place):
    if place == "parameter":
        (rules / "parameters/notice/days.yaml").write_text(
            f"meaning: m\ntype: integer\ncite: [S§21]\nvalues: {{2016-01-01: {number}}}\n"
        )
        problems = _mistakes(rules)
    elif place in ("priority", "max_actions"):
        problems = _with(rules, more=f"  {place}: {number}\n")
    elif place == "due":
        problems = _with(rules, then=f"{{task: {{subject: x, due_in_days: {number}}}}}")
    else:
        problems = _with(rules, then=f"{{set: {{note.size: {number}}}}}")
    assert len(problems) == 1, problems


@pytest.mark.parametrize("number", ["nan", "inf", "float('nan')", "1e400", str(HUGE), "1.0"])
def test_numbers_that_are_none_are_refused_in_conditions(rules, number):
    _with(rules, f'"gift.count > {number}"')


def test_a_parameter_without_a_value_for_an_audience_is_told(rules):
    (rules / "parameters/notice/days.yaml").write_text(
        "meaning: m\ntype: integer\ncite: [S§21]\nvalues: {2016-01-01: {corporation: 1, hnwi: 2}}\n"
    )
    (problem,) = _mistakes(rules)
    assert problem.what == "there is no value for foundation, public"
    assert "any" in problem.remedy


def test_an_audience_with_nothing_for_a_value_is_told(rules):
    (rules / "parameters/notice/days.yaml").write_text(
        "meaning: m\ntype: integer\ncite: [S§21]\nvalues: {2016-01-01: {corporation: , any: 2}}\n"
    )
    (problem,) = _mistakes(rules)
    assert problem.what == "this is not a value of type integer"


def test_conclusions_in_a_circle_are_told_with_the_way_round(rules):
    circle = _RULE.format(when="note.b", then="{set: {note.a: true}}", more="")
    circle += _RULE.replace("PR02", "PR03").format(
        when="note.a", then="{set: {note.b: true}}", more=""
    )
    (rules / "prospect.yaml").write_text("stage: prospect\nrules:\n" + circle)
    (problem,) = _mistakes(rules)
    assert re.search(r"circle: note\.(a|b) <- note\.(a|b) <- note", problem.what)


def test_two_rules_of_one_id_are_told_with_both_files(rules):
    (rules / "active.yaml").write_text(
        "stage: active\nrules:\n"
        + _RULE.replace("PR02", "PR01").format(when="gift.count > 0", then="{flag: x}", more="")
    )
    (problem,) = _mistakes(rules)
    assert "two rules have the id PR01" in problem.what
    assert {problem.file, problem.what.rpartition(" ")[2]} == {
        "rules/active.yaml",
        "rules/prospect.yaml",
    }


_LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        _LAUGHS,
        "a: &x {b: *x}\n",
        "<<: {stage: prospect}\nrules: []\n",
        "!!python/object/apply:os.system ['touch here']\n",
        "!!python/name:os.system\n",
        "a: !!python/object/new:type ['x', [], {}]\n",
        "a: !!binary aGVsbG8=\n",
        "a: !!set {x, y}\n",
        "a: !!omap [x: 1]\n",
        "!include /etc/passwd\n",
        "%TAG ! tag:example.org,2026:\n--- !x y\n",
        "---\nstage: prospect\n---\nstage: active\n",
        "? [a, b]\n: c\n",
        "? {a: b}\n: c\n",
        "stage: prospect\nrules: " + "[" * 100_000,
        "stage: prospect\nrules: " + "{a: " * 100_000,
        "- " * 100_000 + "x",
        "just a text\n",
        "- a list\n",
        "",
        "null\n",
        "\x00",
        'stage: "\\ud800"\nrules: []\n',
        "\ufeffstage: limbo\nrules: []\n",
        "stage: prospect\nrules: 7\n",
        "stage: prospect\nrules: [7, null, x]\n",
        "stage: prospect\nrules: [{id: {a: b}}]\n",
        "1: 2\n",
    ],
    ids=range(28),
)
def test_yaml_that_is_a_trap_or_no_rule_file_is_refused(rules, tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    for file in ("prospect.yaml", "clauses.yaml", "parameters/notice/days.yaml"):
        was = (rules / file).read_text()
        (rules / file).write_text(text)
        _mistakes(rules)
        (rules / file).write_text(was)
    assert not (tmp_path / "here").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["- {a: b}\n", "x\n", "- [[[[[[x]]]]]]\n", "- id: PR01\n  when: gift.count > 0\n"]
)
def test_a_file_just_below_the_limit_is_refused_and_does_not_hang(rules, piece):
    text = "stage: prospect\nrules:\n" + piece * ((10 * 1024 * 1024 - 100) // len(piece))
    (rules / "prospect.yaml").write_text(text)
    _mistakes(rules)
