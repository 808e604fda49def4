"""Each check finds what it is there for, says where and what to do, and nothing in good rules."""

import shutil
import time
from datetime import date

import pytest

from lifecycle.authoring import check_rulebook, list_unused, template_fields
from lifecycle.drafting import load_templates
from lifecycle.rulebook import RulebookError, load_rulebook
from partner_lifecycle.resources import templates_folder


def test_the_shipped_rules_give_no_warning(shipped, library):
    assert [str(each) for each in check_rulebook(shipped, library, TODAY)] == []


def test_the_check_is_quick(shipped, library):
    began = time.process_time()
    check_rulebook(shipped, library, TODAY)
    assert time.process_time() - began < 0.5


TODAY = date(2026, 11, 21)
FLAG = "then: {flag: Look}"
TASK = "then: {task: {subject: Do, due_in_days: 3}}"


@pytest.mark.parametrize(
    ("stage", "text", "kind", "said"),
    [
        ("active", f"when: gift.count > 5 and gift.count < 3\n{FLAG}", "never-holds", "can never"),
        ("active", f'when: stage == "closed"\n{FLAG}', "never-holds", "ZZ01 can never hold"),
        (
            "active",
            'when: days_in_stage >= param("welcome.until_days")'
            ' and days_in_stage <= param("welcome.after_days", partner.audience)\n' + FLAG,
            "never-holds",
            "compare the values of welcome.after_days, welcome.until_days",
        ),
        (
            "active",
            f"when: not (gift.days_since_last > 30)\n{FLAG}",
            "negated-missing",
            "gift.days_since_last is not None",
        ),
        (
            "active",
            f'when: partner.country not in ["Chad"]\n{FLAG}',
            "negated-missing",
            "partner.country",
        ),
        (
            "active",
            f"when: gift.days_since_last <= 30\n{TASK}",
            "upper-time-bound",
            "slips through",
        ),
        ("active", f"when: gift.last_date > today - 30\n{TASK}", "upper-time-bound", "accept: ["),
        ("active", f"when: days_in_stage == 7\n{TASK}", "upper-time-bound", "slips through"),
        ("active", f"when: not (days_in_stage > 7)\n{TASK}", "upper-time-bound", "slips through"),
        (
            "active",
            f"when: gift.pledged_count > 0\n{TASK}\nonce_per: gift.last_date",
            "missing-anchor",
            "gift.last_date is not None",
        ),
        ("active", "when: suspended\nthen: {draft: gift_thanks}", "letter-needs-row", "for_each"),
    ],
)
def test_a_rule_that_errs_is_warned_of(warned, stage, text, kind, said):
    found = warned(stage, text)
    assert {each.kind for each in found} == {kind}
    problem = found[0].problem
    assert problem.file == f"rules/{stage}.yaml"
    assert problem.line > 100
    assert said in str(found[0])


@pytest.mark.parametrize(
    "text",
    [
        f"when: gift.days_since_last is not None and not (gift.days_since_last > 30)\n{FLAG}",
        f"when: not (gift.count > 3)\n{FLAG}",
        f"when: gift.days_since_last <= 30\n{FLAG}",
        f"when: gift.days_since_last <= 30 or suspended\n{TASK}",
        f"when: gift.days_since_last >= 30\n{TASK}",
        f"when: agreement.days_left >= 0\n{TASK}\nonce_per: agreement.id",
        f"when: touch.days_since_last > 3\n{TASK}\nonce_per: touch.last_date",
        f"when: gift.days_since_last <= 30\n{TASK}\naccept: [upper-time-bound]",
    ],
)
def test_a_rule_that_is_right_is_left_alone(warned, text):
    assert warned("active", text) == []


def test_a_move_behind_one_that_holds_wherever_it_does_is_shadowed(warned):
    found = warned(
        "prospect",
        "when: gift.count > 3\nthen: {move_to: diligence}\npriority: 90",
        'when: gift.count > 5 and partner.audience == "hnwi"\n'
        "then: {move_to: diligence}\npriority: 80",
    )
    assert [(each.kind, each.rule_id) for each in found] == [("shadowed", "ZZ02")]
    assert "ZZ01 holds wherever it does" in str(found[0])


def test_an_anchored_move_lets_the_next_one_through(warned):
    assert not warned(
        "prospect",
        "when: gift.last_date is not None\nthen: {move_to: diligence}\npriority: 90\n"
        "once_per: gift.last_date",
        "when: gift.last_date is not None\nthen: {move_to: diligence}\npriority: 80",
    )


def test_two_moves_on_the_same_facts_conflict(warned):
    found = warned(
        "prospect",
        "when: gift.count > 3\nthen: {move_to: diligence}\npriority: 90",
        "when: gift.count >= 4\nthen: {move_to: closed}\npriority: 80",
    )
    assert [(each.kind, each.rule_id) for each in found] == [("conflict", "ZZ02")]


def test_resuming_where_another_rule_suspends_is_a_conflict(warned):
    found = warned(
        "active",
        "when: gift.count > 3\nthen: {suspend: true}",
        "when: suspended and gift.count > 5\nthen: {resume: true}",
    )
    assert ("conflict", "ZZ02") in {(each.kind, each.rule_id) for each in found}


def test_a_conclusion_that_another_rule_draws_first_is_shadowed(warned):
    found = warned(
        "active",
        "when: gift.count > 3\nthen: {set: {note.close: true}}",
        "when: gift.count > 5\nthen: {set: {note.close: false}}",
    )
    assert [(each.kind, each.rule_id) for each in found] == [("shadowed", "ZZ02")]


def test_accepting_what_is_not_there_is_told(warned):
    (found,) = warned("active", f"when: suspended\n{FLAG}\naccept: [shadowed]")
    assert found.kind == "accepts-nothing"


def test_only_known_warnings_can_be_accepted(warned):
    with pytest.raises(RulebookError, match="upper-time-bound"):
        warned("active", f"when: suspended\n{FLAG}\naccept: [upper-time-bond]")


def _found(rules, library):
    return check_rulebook(load_rulebook(rules), library, TODAY)


def test_a_stage_that_an_audience_cannot_leave_is_found(rules, library):
    file = rules / "renewal.yaml"
    text = file.read_text("utf-8")
    parts = text.split("\n- id: ")
    kept = [part for part in parts if not part.startswith(("RN06", "RN08"))]
    file.write_text("\n- id: ".join(kept), "utf-8")
    found = [each for each in _found(rules, library) if each.kind == "no-way-out"]
    assert [each.problem.what for each in found] == [
        "no rule leads out of the stage renewal for public"
    ]


def test_a_stage_without_rules_is_a_gap(rules, library):
    (rules / "diligence.yaml").unlink()
    kinds = {(each.kind, each.problem.what) for each in _found(rules, library)}
    assert ("no-way-out", "no rule leads out of the stage diligence for anybody") in kinds
    assert ("never-reached", "no rule leads to the stage agreement") in kinds


def test_a_parameter_that_no_rule_uses_is_dead(rules, library):
    (rules / "parameters/lapse/other.yaml").write_text(
        (rules / "parameters/lapse/days.yaml").read_text("utf-8"), "utf-8"
    )
    (found,) = _found(rules, library)
    assert (found.kind, found.problem.file) == (
        "unused-parameter",
        "rules/parameters/lapse/other.yaml",
    )


def test_a_letter_that_is_not_translated_is_told(rules, tmp_path, shipped):
    templates = shutil.copytree(templates_folder(), tmp_path / "templates")
    for file in (templates / "emails/welcome").glob("*.fr.md"):
        file.unlink()
    for file in (templates / "emails/win_back").glob("*.en.md"):
        file.write_text(file.read_text("utf-8").replace("cite: [", "cite: [S§999, ", 1), "utf-8")
    found = check_rulebook(shipped, load_templates(templates, template_fields()), TODAY)
    told = {(each.kind, each.rule_id) for each in found}
    assert told == {("missing-translation", "AC01"), ("unknown-clause", None)}
    assert "corporation, foundation, hnwi, public" in next(
        str(each) for each in found if each.rule_id == "AC01"
    )


def test_what_nothing_uses_is_listed_apart(shipped, library):
    unused = list(list_unused(shipped, library))
    assert {each.kind for each in unused} == {"unused-clause"}
    assert all("nothing carries" in each.problem.what for each in unused)
    assert all(each.problem.line > 1 for each in unused)
