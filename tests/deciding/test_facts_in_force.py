"""Facts that tell what holds now from what is over, and what people mean from how they spell it."""

from datetime import UTC, date, datetime

TODAY = date(2026, 6, 15)


def _of_p(*rows):
    return [{"id": f"r{number}", "partner_id": "P", **row} for number, row in enumerate(rows)]


def test_duties_of_an_agreement_that_is_over_are_no_plan_for_the_one_that_runs(facts_of):
    facts = facts_of(
        agreement=[
            {"id": "old", "partner_id": "P", "status": "ended", "end_date": date(2026, 1, 1)},
            {"id": "new", "partner_id": "P", "status": "signed", "end_date": date(2028, 1, 1)},
        ],
        obligation=_of_p(
            {"agreement_id": "old", "kind": "report", "owed_by": "us"},
            {"agreement_id": "old", "kind": "recognition", "owed_by": "us"},
            {"agreement_id": "new", "kind": "recognition", "owed_by": "us"},
            {"kind": "payment", "owed_by": "partner"},
        ),
    )
    assert facts["obligation.count"] == 4
    assert facts["obligation.running_count"] == 2
    assert facts["obligation.report_count"] == 0
    assert facts["obligation.recognition_count"] == 1
    assert facts["obligation.payment_count"] == 1


def test_conditions_are_those_of_the_decision_that_stands(facts_of):
    decided = {"partner_id": "P", "status": "decided", "outcome": "conditions"}
    facts = facts_of(
        diligence=[
            {"id": "d1", **decided, "decided_at": date(2025, 1, 1)},
            {"id": "d2", **decided, "decided_at": date(2026, 1, 1)},
            {"id": "d3", "partner_id": "P", "status": "open"},
        ],
        obligation=_of_p(
            {"kind": "condition", "diligence_id": "d1", "due_date": date(2025, 6, 1)},
            {"kind": "condition", "diligence_id": "d2", "due_date": date(2026, 6, 1)},
            {"kind": "condition", "diligence_id": "d2", "due_date": date(2026, 6, 20)},
            {"kind": "condition", "diligence_id": "d2"},
            {
                "kind": "condition",
                "diligence_id": "d2",
                "due_date": date(2026, 5, 1),
                "done_at": date(2026, 5, 1),
            },
        ),
    )
    assert facts["condition.count"] == 4
    assert facts["condition.open_count"] == 3
    assert facts["condition.overdue_count"] == 1
    assert facts["condition.undated_count"] == 1
    assert facts["condition.overdue_since"] == date(2026, 6, 1)
    assert facts["obligation.count"] == 0


def test_a_clear_answer_outlasts_what_was_said_without_one(facts_of):
    def said(day, outcome):
        return {"at": datetime(2026, 6, day, 12, tzinfo=UTC), "outcome": outcome}

    facts = facts_of(touch=_of_p(said(1, "declined"), said(3, "neutral"), said(4, None)))
    assert facts["touch.last_outcome"] is None
    assert facts["touch.last_answer"] == "declined"
    assert facts["touch.last_answer_date"] == date(2026, 6, 1)


def test_a_text_that_was_called_off_was_never_concluded(facts_of):
    facts = facts_of(
        agreement=_of_p(
            {"status": "cancelled"},
            {"status": "cancelled", "signed_at": date(2024, 1, 1)},
            {"status": "draft"},
            {"status": "signed"},
        )
    )
    assert facts["agreement.count"] == 4
    assert facts["agreement.concluded_count"] == 2


def test_a_group_is_refused_on_the_day_of_the_last_adverse_decision(facts_of):
    def decided(partner, outcome, day):
        return {"id": f"d{partner}{day}", "partner_id": partner, "status": "decided"} | {
            "outcome": outcome,
            "decided_at": date(2026, 1, day),
        }

    facts = facts_of(
        partner=[{"id": "P", "parent_id": "Q"}, {"id": "Q", "parent_id": "R"}, {"id": "R"}],
        diligence=[decided("Q", "remediation", 5), decided("R", "cleared", 9)],
    )
    assert facts["group.outcome"] == "remediation"
    assert facts["group.refused_at"] == date(2026, 1, 5)


def test_an_incident_is_open_until_its_due_diligence_is_decided(facts_of):
    incident = {"opened_for": "incident"}
    facts = facts_of(
        diligence=_of_p({"status": "assessed", **incident}, {"status": "decided", **incident})
    )
    assert facts["diligence.incident_count"] == 1


def test_what_people_type_is_found_however_it_is_spelt(facts_of):
    facts = facts_of(
        partner=[
            {
                "id": "P",
                "parent_id": "Q",
                "subtype": "State-Owned  Firm",
                "region": "Afrique d’Ést",
            },
            {"id": "Q", "sector": "Énergie & Mines"},
        ]
    )
    assert facts["partner.kind"] == "state owned firm"
    assert facts["partner.place"] == "afrique d est"
    assert facts["partner.trade"] is None
    assert (facts["group.sectors"], facts["group.trades"]) == ("Énergie & Mines", "energie mines")
    assert facts_of(partner=[{"id": "P", "sector": " - "}])["partner.trade"] is None
