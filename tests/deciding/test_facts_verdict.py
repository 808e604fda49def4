"""Which decision stands, which agreement comes next, and what a gift or a silence leaves open."""

from datetime import UTC, date, datetime

import pytest

CLEARED = {"status": "decided", "outcome": "cleared", "decided_at": date(2025, 1, 1)}
REFUSED = {"status": "decided", "outcome": "refused", "decided_at": date(2026, 1, 1)}


def _of_p(*rows):
    return [{"id": f"r{number}", "partner_id": "P", **row} for number, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("other", "stands"),
    [
        ({"status": "open"}, "refused"),
        ({"status": "decided", "outcome": "cleared"}, "refused"),
        ({**CLEARED, "decided_at": date(2026, 7, 1)}, "refused"),
        ({"status": "decided", "decided_at": date(2026, 2, 1)}, "refused"),
        ({**CLEARED, "decided_at": date(2026, 1, 1)}, "refused"),
        ({**CLEARED, "decided_at": date(2026, 2, 1)}, "cleared"),
    ],
)
def test_only_a_later_decision_with_a_day_that_has_passed_lifts_a_refusal(facts_of, other, stands):
    for rows in ((REFUSED, other), (other, REFUSED)):
        facts = facts_of(diligence=_of_p(*rows))
        assert facts["verdict.outcome"] == stands


@pytest.mark.parametrize("day", [None, date(2026, 9, 1)])
def test_a_refusal_whose_day_is_wrong_stands_until_it_is_put_right(facts_of, day):
    facts = facts_of(diligence=_of_p({**REFUSED, "decided_at": day}, CLEARED))
    assert facts["verdict.outcome"] == "refused"
    assert facts["diligence.unfinished_count"] == 1


def test_a_clearance_stands_while_the_next_due_diligence_is_open(facts_of):
    facts = facts_of(diligence=_of_p(CLEARED, {"status": "waiting"}))
    assert (facts["diligence.status"], facts["diligence.open_count"]) == ("waiting", 1)
    assert (facts["verdict.outcome"], facts["verdict.count"]) == ("cleared", 1)


def test_what_is_open_is_no_verdict(facts_of):
    facts = facts_of(diligence=_of_p({"status": "assessed", "outcome": "cleared"}))
    assert (facts["verdict.count"], facts["verdict.outcome"]) == (0, None)


_SIX = ("human_rights", "labour", "environment", "anti_corruption", "un_obligations", "undue_risk")


@pytest.mark.parametrize(
    ("labour", "met", "open_"),
    [
        ("met", True, True),
        ("unclear", False, True),
        ("not_met", False, False),
        (None, False, False),
    ],
)
def test_one_criterion_decides_over_all_six(facts_of, labour, met, open_):
    row = {**CLEARED, **dict.fromkeys(_SIX, "met"), "labour": labour}
    facts = facts_of(diligence=_of_p(row))
    assert (facts["verdict.criteria_met"], facts["verdict.criteria_open"]) == (met, open_)


def test_the_next_agreement_stands_beside_the_one_that_runs(facts_of):
    facts = facts_of(
        agreement=_of_p(
            {"status": "signed", "start_date": date(2025, 3, 1), "end_date": date(2026, 8, 1)},
            {"status": "draft", "start_date": date(2027, 1, 1)},
            {"status": "sent", "start_date": date(2026, 8, 2), "has_roles": True},
        )
    )
    assert (facts["agreement.id"], facts["next_agreement.id"]) == ("r0", "r2")
    assert (facts["next_agreement.status"], facts["next_agreement.complete"]) == ("sent", False)
    assert facts["agreement.term_days"] == 518
    assert facts["agreement.anniversary"] == date(2026, 3, 1)


def test_an_agreement_without_an_end_outlasts_one_that_has_one(facts_of):
    running = {"status": "signed", "start_date": date(2024, 2, 29)}
    facts = facts_of(agreement=_of_p({**running, "end_date": date(2026, 9, 1)}, running))
    assert (facts["agreement.id"], facts["agreement.anniversary"]) == ("r1", date(2026, 2, 28))


def test_an_agreement_still_to_begin_has_no_year_yet(facts_of):
    facts = facts_of(agreement=_of_p({"status": "signed", "start_date": date(2026, 7, 1)}))
    assert facts["agreement.anniversary"] is None


def test_gifts_without_a_value_in_dollars_are_counted(facts_of):
    given = {"status": "received", "amount": 900}
    facts = facts_of(
        gift=_of_p(
            {**given, "amount_usd": 900}, given, {**given, "amount": None}, {"status": "pledged"}
        )
    )
    assert (facts["gift.unvalued_count"], facts["gift.total_usd"]) == (2, 900)


def _touch(hour, direction, day=1, kind="email"):
    return {"at": datetime(2026, 6, day, hour, tzinfo=UTC), "direction": direction, "kind": kind}


def test_a_partner_waits_since_the_first_word_that_nobody_answered(facts_of):
    first, again = _touch(9, "inbound", 2), _touch(9, "inbound", 4)
    waiting = facts_of(touch=_of_p(_touch(8, "outbound", 2), first, again))
    assert waiting["touch.waiting_since"] == date(2026, 6, 2)
    assert waiting["touch.last_outbound_date"] == date(2026, 6, 2)
    answered = facts_of(touch=_of_p(first, again, _touch(15, "outbound", 4)))
    assert answered["touch.waiting_since"] is None


def test_visits_and_meetings_are_told_from_letters(facts_of):
    facts = facts_of(
        touch=_of_p(
            _touch(9, "outbound", 9),
            _touch(9, "outbound", 5, "meeting"),
            _touch(9, "outbound", 3, "visit"),
        )
    )
    assert facts["touch.last_meeting_date"] == date(2026, 6, 5)
    assert facts["touch.last_visit_date"] == date(2026, 6, 3)
