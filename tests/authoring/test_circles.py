"""A circle of moves is found where all of them hold on the same facts, and nowhere else."""

from datetime import date

import pytest

from lifecycle.authoring import check_rulebook
from lifecycle.authoring.checks.circles import check_circles
from lifecycle.facts import STAGES
from lifecycle.rulebook import load_rulebook


@pytest.fixture
def circles(rules, library):
    """Return a function from rules by stage, as (condition, stage to move to), to the circles."""

    def check(*moves, more=""):
        for number, (stage, when, goal) in enumerate(moves, 1):
            file = rules / f"{stage}.yaml"
            text = (
                f"\n- id: ZZ{number:02}\n  name: zz.rule\n  cite: [S§21]\n  because: B.\n"
                f"  when: {when}\n  then: {{move_to: {goal}}}\n  priority: 90\n{more}"
            )
            file.write_text(file.read_text("utf-8") + text, "utf-8")
        found = check_rulebook(load_rulebook(rules), library, date(2026, 11, 21))
        # ZZ01 with a rule that ships may be another circle, and a real one.
        ours = {"ZZ01", "ZZ02"}
        return [each for each in found if each.kind == "circle" and ours < {*str(each).split()}]

    return check


def test_two_rules_that_send_a_partner_to_and_fro(circles):
    (found,) = circles(
        ("closed", 'partner.audience == "hnwi" and gift.count > 5', "prospect"),
        ("prospect", "gift.count > 3", "closed"),
    )
    assert found.rule_id == "ZZ01"
    assert (found.problem.file, found.problem.line > 40) == ("rules/closed.yaml", True)
    assert found.problem.what == (
        "ZZ01 leads back to prospect, where on the same facts ZZ02 moves on to closed"
    )


def test_a_circle_over_three_stages(circles):
    (found,) = circles(
        ("agreement", "contact.count == 7", "renewal"),
        ("renewal", "contact.count < 8", "closed"),
        ("closed", "contact.count > 6 and days_in_stage > 30", "agreement"),
    )
    assert "ZZ01 moves on to renewal, ZZ02 moves on to closed" in found.problem.what


@pytest.mark.parametrize(
    ("there", "back"),
    [
        ("gift.count > 3", "gift.count <= 3"),
        ("gift.count > 3", "touch.last_date > since and touch.last_date <= today"),
        ("suspended and gift.count > 3", "gift.count is None"),
        ('partner.audience == "hnwi"', 'partner.audience in ["public", "foundation"]'),
    ],
)
def test_no_circle_where_the_rules_do_not_hold_together(circles, there, back):
    assert circles(("prospect", there, "closed"), ("closed", back, "prospect")) == []


def test_an_anchor_ends_the_circle(circles):
    moves = ("prospect", "gift.count > 3", "closed"), ("closed", "gift.count > 3", "prospect")
    assert circles(*moves, more="  once_per: gift.last_date\n  accept: [missing-anchor]\n") == []


def test_a_circle_that_is_meant_is_accepted(circles):
    moves = ("prospect", "gift.count > 3", "closed"), ("closed", "gift.count > 3", "prospect")
    assert circles(*moves, more="  accept: [circle]\n") == []


def test_more_moves_than_can_be_tried_do_not_hang(rules):
    body = "".join(
        f"\n- id: Z{chr(65 + n % 26)}{n // 26:02}\n  name: z.z\n  cite: [S§21]\n  because: B.\n"
        f"  when: gift.count == {n % 40}\n  then: {{move_to: {STAGES[n % 6]}}}\n"
        for n in range(600)
    )
    file = rules / "any.yaml"
    file.write_text(file.read_text("utf-8") + body, "utf-8")
    assert any(True for _ in check_circles(load_rulebook(rules)))
