"""One mistake hides no other, and causes none: what could not be read is told, and no more."""

import pytest

from lifecycle.rulebook import RulebookError, load_rulebook

_RULE = "- {{id: {id}, name: a.b, cite: [S§21], because: b, when: {when}, then: {then}{more}}}\n"


def _rule(rule_id, when="gift.count > 0", then="{flag: x}", more=""):
    return _RULE.format(id=rule_id, when=when, then=then, more=more)


def _told(rules):
    with pytest.raises(RulebookError) as caught:
        load_rulebook(rules)
    return sorted((each.line, each.what) for each in caught.value.problems)


def _write(rules, *written, head="stage: active\n"):
    (rules / "active.yaml").write_text(f"{head}rules:\n{''.join(written)}", "utf-8")


def test_a_key_that_is_not_known_hides_neither_other_rules_nor_the_rules_own_condition(rules):
    _write(
        rules,
        _rule("AC01", when="gift.cuont > 0", more=", wen: x"),
        _rule("AC02", when="gift.total_us > 0"),
        _rule("AC03", when="row.amout > 0", more=", for_each: gift, cites: [S§21]"),
        "- {id: AC04, cite: [S§22], when: gift.x > 0}\n",
        "- 7\n",
    )
    assert _told(rules) == [
        (3, "there is no fact gift.cuont"),
        (3, "wen is not known here"),
        (4, "there is no fact gift.total_us"),
        (5, "cites is not known here"),
        (5, "there is no fact row.amout"),
        (6, "AC04 cites S§22, which is not in clauses.yaml"),
        (6, "because is missing"),
        (6, "name is missing"),
        (6, "then is missing"),
        (6, "there is no fact gift.x"),
        (7, "this is 7, and no table"),
    ]


def test_a_stage_that_is_misspelt_hides_no_mistake_in_its_rules(rules):
    _write(rules, _rule("AC01", when="gift.cuont > 0"), head="stage: activ\n")
    assert _told(rules) == [
        (1, "stage is never 'activ'"),
        (3, "there is no fact gift.cuont"),
    ]


def test_a_conclusion_of_a_rule_that_cannot_be_read_is_not_missed(rules):
    _write(
        rules,
        _rule("AC01", then="{set: {note.big: true}}", more=", wen: x"),
        _rule("AC02", when="note.big"),
    )
    assert _told(rules) == [(3, "wen is not known here")]


def test_conclusions_of_a_file_that_cannot_be_read_are_not_missed(rules):
    _write(rules, _rule("AC01", when="note.big and gift.cuont > 0"))
    (rules / "closed.yaml").write_text("stage: [", "utf-8")
    told = _told(rules)
    assert len(told) == 2
    assert (3, "there is no fact gift.cuont") in told
    assert any("not YAML" in what for _, what in told)


@pytest.mark.parametrize("text", ["meaning: [", "", "meaning: m\ntyp: integer\n"])
def test_a_parameter_that_cannot_be_read_is_not_missed(rules, text):
    _write(rules, *(_rule(f"AC{n:02}", when="gift.count > param('notice.days')") for n in range(9)))
    (rules / "parameters/notice/days.yaml").write_text(text, "utf-8")
    assert all("parameter" not in what for _, what in _told(rules))


@pytest.mark.parametrize("text", ["S§21: [", "", "S§21: {gist: g, documnt: d}\n", "- S§21\n"])
def test_clauses_that_cannot_be_read_are_not_missed(rules, text):
    _write(rules, *(_rule(f"AC{n:02}") for n in range(9)))
    (rules / "clauses.yaml").write_text(text, "utf-8")
    assert all("cites" not in what for _, what in _told(rules))


def test_without_any_clauses_that_is_told_once(rules):
    (rules / "clauses.yaml").unlink()
    assert _told(rules) == [(1, "no clauses are listed")]


def test_an_empty_file_is_told_what_belongs_in_it(rules):
    (rules / "active.yaml").write_text("", "utf-8")
    with pytest.raises(RulebookError) as caught:
        load_rulebook(rules)
    (problem,) = caught.value.problems
    assert (problem.what, problem.remedy) == (
        "nothing stands here",
        "write `stage: …`, `rules: …`",
    )
