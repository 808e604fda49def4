"""What staff read where something is lacking: sentences, the task that matters, the nearest way."""

from datetime import date
from pathlib import Path

import pytest

from lifecycle.deciding import Case, Decider, Decision, NativeEngine, Summary, summarise
from lifecycle.rulebook import load_rulebook

DAY = date(2026, 6, 15)
RULES = Path(__file__).resolve().parents[2] / "rules"


@pytest.fixture(scope="module")
def shipped():
    return load_rulebook(RULES)


@pytest.fixture
def told(shipped, facts_of):
    """Return a function from a partner's rows to what stands on its record."""

    def tell(**rows) -> tuple[Decision, Summary]:
        decision = Decider(shipped, DAY, NativeEngine(shipped.rules, shipped.on(DAY))).decide(
            Case(facts_of(**rows), {}, {})
        )
        return decision, summarise(decision, shipped)

    return tell


def _standing(stage):
    since = date(2026, 1, 1)
    return {"partner_id": "P", "stage": stage, "suspended": False, "since": since, "visit": 1}


def _verdict(**more):
    met = dict.fromkeys(
        ("human_rights", "labour", "environment", "anti_corruption", "un_obligations"), "met"
    )
    days = {"decided_at": date(2026, 1, 1), "valid_until": date(2027, 12, 31)}
    people = {"assessed_by": "u1", "approved_by": "u2"}
    rest = {"status": "decided", "outcome": "cleared", "depth": "enhanced", "undue_risk": "met"}
    return {"id": "d1", "partner_id": "P", "risk": "low", **met, **days, **people, **rest, **more}


def _agreement():
    parts = ("has_roles", "has_activities", "has_governance", "has_accountability")
    days = {
        "start_date": date(2026, 1, 1),
        "signed_at": date(2026, 1, 1),
        "end_date": date(2028, 6, 30),
    }
    return {"id": "a1", "partner_id": "P", "status": "signed", **dict.fromkeys(parts, True), **days}


FIRM = [{"id": "P", "audience": "corporation", "country": "Kenya"}]


def test_what_is_in_the_way_is_said_in_the_sentence_of_its_rule(told):
    _, summary = told(
        partner=FIRM, standing=[_standing("diligence")], diligence=[_verdict(depth="basic")]
    )
    needed = "The due diligence that was decided is not as deep as this partner calls for."
    assert f"- in the way: {needed}" in summary.missing
    assert "too shallow" not in summary.missing


def test_alternatives_are_named_as_such(told):
    _, summary = told(partner=FIRM, standing=[_standing("closed")])
    assert "- one of these: day the partner last reached out" in summary.missing
    assert " / " not in summary.missing


def test_what_only_an_override_would_allow_is_not_asked_of_staff(told):
    late = [
        {"id": f"o{n}", "partner_id": "P", "owed_by": "partner", "due_date": date(2026, 5, 1)}
        for n in range(3)
    ]
    decision, summary = told(
        partner=FIRM,
        standing=[_standing("active")],
        diligence=[_verdict()],
        agreement=[_agreement()],
        obligation=late,
    )
    assert decision.suspended
    assert "set aside" not in summary.missing
    assert "- in the way: The partner is late with several things" in summary.missing
    assert summary.next_step == "Talk with the partner about what is overdue"


def test_the_next_step_is_the_most_urgent_task_and_not_the_first(told):
    _, summary = told(
        partner=FIRM,
        standing=[_standing("active")],
        diligence=[_verdict(valid_until=date(2026, 7, 1))],
        agreement=[_agreement()],
    )
    assert summary.next_step == "Begin the next due diligence"


def test_the_way_to_renewal_is_the_end_of_the_agreement(told):
    decision, summary = told(
        partner=FIRM,
        standing=[_standing("active")],
        diligence=[_verdict()],
        agreement=[_agreement()],
    )
    assert decision.why_not[0].rule_id == "AC10"
    assert summary.missing == "For renewal:\n- days until the agreement ends: at most 180 days"
