"""Cases beside the rules: run, told apart, and refused with file, line and column."""

import pytest

from lifecycle.authoring import CaseProblems, load_cases, run_cases
from lifecycle.rulebook import load_rulebook


@pytest.fixture
def run(rules):
    """Return a function that runs the cases of one file, written as text."""

    def run(name, text):
        for file in (rules / "examples").glob("*.yaml"):
            file.unlink()
        (rules / "examples" / f"{name}.yaml").write_text(text, "utf-8")
        rulebook = load_rulebook(rules)
        return run_cases(rulebook, load_cases(rulebook))

    return run


def _case(**more):
    parts = {"name": "one", "today": "2026-06-01", **more}
    return "- " + "\n  ".join(f"{name}: {value}" for name, value in parts.items()) + "\n"


def test_a_case_that_fails_says_which_conditions_did_not_hold(run):
    (result,) = run("AC12", _case(facts="{partner.audience: public}", fires="true"))
    (failure,) = result.failures
    assert failure.what == "AC12 does not fire"
    assert [(seen.about, seen.seen, seen.holds) for seen in failure.conditions] == [
        ("audience", "public", True),
        ("days since the last gift", "not known", False),
    ]


def test_a_case_that_fires_and_should_not_fails(run):
    facts = "{partner.audience: public, gift.days_since_last: 400}"
    (result,) = run("AC12", _case(facts=facts, fires="false"))
    assert result.failures[0].what == "AC12 fires, and should not"
    assert run("AC12", _case(facts=facts, fires="true"))[0].passed


def test_a_rule_does_not_fire_at_another_stage(run):
    facts = "{stage: closed, partner.audience: public, gift.days_since_last: 400}"
    assert run("AC12", _case(facts=facts, fires="false"))[0].passed


def test_what_is_counted_is_none_unless_the_case_says_so(run):
    facts = "{partner.audience: corporation}"
    assert run("AC09", _case(facts=facts, fires="true"))[0].passed


def test_parameters_are_those_of_the_day_of_the_case(run, rules):
    file = rules / "parameters/renewal/again_after_days.yaml"
    file.write_text(file.read_text("utf-8") + "  2026-01-01: 500\n", "utf-8")
    facts = "{partner.audience: public, gift.days_since_last: 400}"
    before = _case(facts=facts, fires="true").replace("2026-06-01", "2025-12-31")
    assert all(
        each.passed for each in run("AC12", before + _case(name="two", facts=facts, fires="false"))
    )


def test_a_row_is_given_apart(run):
    row = "{status: received, kind: cash, amount: 100, date: 2026-05-30}"
    assert run("AN20", _case(facts="{stage: active}", row=row, fires="true"))[0].passed


def test_a_renamed_rule_keeps_its_cases(run, rules):
    file = rules / "active.yaml"
    text = file.read_text("utf-8").replace("id: AC12", "id: AC99\n  aliases: [AC12]")
    file.write_text(text, "utf-8")
    (result,) = run("AC12", _case(facts="{partner.audience: public}", fires="false"))
    assert result.case.rule.id == "AC99"


def test_a_whole_case_tells_every_difference(run):
    expects = (
        "{stage: closed, suspended: true, moves: [AC14], fires: [AC08], silent: [AC12, AN43],"
        " why_not: {AC14: [gift.count]}}"
    )
    facts = "{stage: active, partner.audience: public, gift.days_since_last: 400}"
    (result,) = run("whole", _case(facts=facts, expects=expects))
    assert [failure.what for failure in result.failures] == [
        "stage: renewal, not closed",
        "suspended: no, not yes",
        "moves: AC12, not AC14",
        "AC08 does not fire",
        "AC12 fires, and should not",
        "AN43 fires, and should not",
        "AC14 lacks nothing, not gift.count",
    ]


def test_what_a_rule_acted_on_before_it_does_not_act_on_again(run, rules):
    file = rules / "active.yaml"
    text = file.read_text("utf-8").replace(
        "  then: {move_to: renewal}\n  priority: 20\n\n- id: AC13",
        "  then: {move_to: renewal}\n  once_per: gift.last_date\n  priority: 20\n\n- id: AC13",
    )
    file.write_text(text, "utf-8")
    facts = "{stage: active, partner.audience: public, gift.days_since_last: 400, "
    facts += "gift.last_date: 2025-04-27}"
    again = _case(facts=facts, acted="{AC12: 2025-04-27}", expects="{moves: []}")
    first = _case(name="first", facts=facts, expects="{moves: [AC12]}")
    assert all(each.passed for each in run("whole", first + again))


@pytest.mark.parametrize(
    ("name", "text", "place", "said"),
    [
        ("AC12", _case(facts="{gift.cuont: 1}", fires="true"), "3:11", "did you mean gift.count"),
        ("AC12", _case(facts="{gift.count: many}", fires="true"), "3:11", "is a number"),
        ("AC12", _case(facts="{partner.audience: pubic}", fires="true"), "3:11", "mean public?"),
        ("AC12", _case(facts="{}"), "1:3", "either `fires:` or `expects:`"),
        ("AC12", _case(fire="true"), "3:3", "fire"),
        ("AC12", _case(fires="yes please"), "3:3", "fires"),
        ("AC12", _case(row="{kind: cash}", fires="true"), "3:3", "no rule looks at this row"),
        ("AN20", _case(row="{kin: cash}", fires="true"), "3:9", "did you mean kind"),
        ("AC91", _case(fires="true"), "3:3", "did you mean A"),
        ("whole", _case(expects="{moves: [AC91]}"), "3:21", "did you mean A"),
        ("whole", _case(expects="{stage: activ}"), "3:13", "stage"),
        ("whole", _case(rows="{gift: [{stauts: received}]}", expects="{}"), "3:18", "status"),
        ("whole", _case(rows="{gfit: []}", expects="{}"), "3:10", "gift"),
        ("AC12", _case(facts="{gift.count: 9007199254740993}", fires="true"), "3:11", "2^53"),
        ("AC12", _case(facts="{gift.count: -9007199254740993}", fires="true"), "3:11", "2^53"),
        ("AC12", _case(fires="true") * 2, "4:3", "two cases are called one; the other is in li"),
        ("AC12", _case(fires="true").replace("2026-", "1999-"), "2:3", "not all parameters have"),
        ("AC12", _case(fire="true"), "3:3", "did you mean fires?"),
        ("whole", _case(acted="{AC12: [x]}", expects="{}"), "3:11", "acted.AC12: no anchor"),
        ("AC12", "name: one\n", "1:1", "not a list of cases"),
        ("AC12", "- [}", "1:4", "not YAML"),
    ],
)
def test_mistakes_are_told_with_their_place(run, name, text, place, said):
    with pytest.raises(CaseProblems) as caught:
        run(name, text)
    (problem,) = caught.value.problems
    assert f"{problem.line}:{problem.column}" == place
    assert problem.file == f"rules/examples/{name}.yaml"
    assert said in str(problem)


def test_all_mistakes_are_told_at_once(run):
    with pytest.raises(CaseProblems) as caught:
        run("AC12", _case(facts="{a: 1, b: 2}", fires="true") + _case(facts="{c: 3}", fires="true"))
    assert len(caught.value.problems) == 3
