"""Facts at their edges: nothing there, things to come, several of a kind, what is not said."""

from datetime import UTC, date, datetime

import pytest

from lifecycle.conditions import DTYPES
from lifecycle.facts import build_matrix, build_rows, fact_specs, row_specs
from partner_lifecycle.views import VIEWS

TODAY = date(2026, 6, 15)


def _at(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _of_p(*rows):
    return [{"id": f"r{number}", "partner_id": "P", **row} for number, row in enumerate(rows)]


def test_a_partner_with_nothing_has_counts_of_zero_and_no_guesses(facts_of):
    facts = facts_of()
    specs = fact_specs()
    counted = {name for name, spec in specs.items() if spec.default == 0}
    assert {name: facts[name] for name in counted} == dict.fromkeys(counted, 0)
    known = {name for name in specs if facts[name] is not None} - counted
    assert known == {
        "partner.id",
        "stage",
        "suspended",
        "since",
        "days_in_stage",
        "visit",
        "today",
    }


def test_every_fact_has_the_type_it_declares(frames):
    matrix = build_matrix(frames(partner=[{"id": "P"}]), TODAY)
    declared = {name: DTYPES[spec.type.type] for name, spec in fact_specs().items()}
    assert {name: matrix.schema[name] for name in declared} == declared


def test_every_fact_says_what_it_means():
    for spec in [*fact_specs().values(), *row_specs("gift").values()]:
        assert spec.meaning


def test_gifts_promised_and_received_are_told_apart(facts_of):
    facts = facts_of(
        gift=_of_p(
            {"status": "received", "date": date(2026, 6, 1), "amount_usd": 500, "kind": "cash"},
            {"status": "received", "date": date(2025, 1, 1), "amount_usd": 700, "kind": "in_kind"},
            {"status": "pledged", "date": date(2026, 6, 14), "amount_usd": 90},
            {"status": "pledged", "date": date(2026, 6, 16), "amount_usd": 10},
            {"status": "written_off", "date": date(2026, 6, 2), "amount_usd": 1},
        )
    )
    assert facts["gift.count"] == 2
    assert facts["gift.total_usd"] == 1200
    assert (facts["gift.pledged_count"], facts["gift.pledged_usd"]) == (2, 100)
    assert facts["gift.overdue_count"] == 1
    assert facts["gift.last_id"] == "r0"
    assert facts["gift.days_since_last"] == 14
    assert facts["gift.first_date"] == date(2025, 1, 1)
    assert facts["gift.in_kind_count"] == 1
    assert facts["gift.unthanked_count"] == 2


def test_a_gift_in_another_currency_keeps_it_and_counts_in_dollars(facts_of):
    gift = {"status": "received", "date": TODAY, "amount": 1000, "currency": "EUR"}
    facts = facts_of(gift=_of_p({**gift, "amount_usd": 1120}))
    assert (facts["gift.last_amount"], facts["gift.last_currency"]) == (1000, "EUR")
    assert facts["gift.total_usd"] == 1120


def test_gifts_of_others_are_credited_by_their_share_in_whole_cents(facts_of):
    gifts = [
        {"id": "g1", "partner_id": "Q", "status": "received", "amount_usd": 1_001},
        {"id": "g2", "partner_id": "Q", "status": "received", "amount_usd": 333},
        {"id": "g3", "partner_id": "Q", "status": "pledged", "amount_usd": 5_000},
    ]
    shares = [("g1", 0.25), ("g2", 1.0), ("g3", 1.0), ("g1", 0.1), ("not mirrored", 1.0)]
    credits = [{"gift_id": gift, "share": share} for gift, share in shares]
    facts = facts_of(gift=gifts, gift_credit=_of_p(*credits))
    assert facts["gift.credited_count"] == 2
    assert facts["gift.credited_usd"] == 250 + 333 + 100
    assert (facts["gift.count"], facts["gift.total_usd"]) == (0, 0)


def test_a_credit_without_a_known_share_counts_as_a_gift_and_as_no_money(facts_of):
    gift = {"id": "g1", "partner_id": "Q", "status": "received", "amount_usd": 900}
    facts = facts_of(gift=[gift], gift_credit=_of_p({"gift_id": "g1"}))
    assert (facts["gift.credited_count"], facts["gift.credited_usd"]) == (1, 0)


def test_the_current_agreement_is_the_one_that_runs(facts_of):
    facts = facts_of(
        agreement=_of_p(
            {"status": "ended", "end_date": date(2030, 1, 1)},
            {"status": "signed", "end_date": date(2026, 6, 14)},
            {"status": "draft", "end_date": date(2029, 1, 1)},
            {"status": "signed", "end_date": date(2026, 6, 15), "has_roles": True},
        )
    )
    assert facts["agreement.id"] == "r3"
    assert facts["agreement.days_left"] == 0
    assert facts["agreement.complete"] is False
    assert facts["agreement.count"] == 4


@pytest.mark.parametrize("lacking", [None, "has_roles", "has_governance"])
def test_an_agreement_is_complete_with_all_four_parts(facts_of, lacking):
    parts = dict.fromkeys(
        ["has_roles", "has_activities", "has_governance", "has_accountability"], True
    )
    if lacking:
        parts[lacking] = None
    facts = facts_of(agreement=_of_p({"status": "signed", **parts}))
    assert facts["agreement.complete"] is (lacking is None)


def test_an_open_assessment_is_current_and_the_last_clearance_still_counts(facts_of):
    facts = facts_of(
        diligence=_of_p(
            {
                "status": "decided",
                "outcome": "cleared",
                "decided_at": date(2024, 1, 1),
                "valid_until": date(2026, 7, 1),
            },
            {"status": "open"},
        )
    )
    assert facts["diligence.status"] == "open"
    assert facts["diligence.days_valid"] is None
    assert facts["verdict.outcome"] == "cleared"
    assert facts["verdict.valid_until"] == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("assessor", "approver", "two"),
    [("a", "b", True), ("a", "a", False), ("a", None, False), (None, None, False)],
)
def test_four_eyes_are_two_known_people(facts_of, assessor, approver, two):
    rows = _of_p({"status": "decided", "assessed_by": assessor, "approved_by": approver})
    assert facts_of(diligence=rows)["diligence.four_eyes"] is two


def test_the_person_to_write_to_is_one_who_may_be_written_to(facts_of):
    facts = facts_of(
        contact=_of_p(
            {"is_primary": True, "email": "a@example.org", "email_opt_out": True},
            {"is_primary": False, "email": "b@example.org"},
            {"is_primary": False, "email": None},
        )
    )
    assert (facts["contact.id"], facts["contact.reachable"]) == ("r1", True)
    assert (facts["contact.count"], facts["contact.reachable_count"]) == (3, 1)


@pytest.mark.parametrize(
    "reason",
    [
        {"email_opt_out": True},
        {"do_not_contact": True},
        {"deceased": True},
        {"bounced_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"email": None},
    ],
)
def test_who_may_not_be_written_to_is_not_reachable(facts_of, reason):
    facts = facts_of(contact=_of_p({"email": "a@example.org", "is_primary": True, **reason}))
    assert facts["contact.reachable"] is False


def test_a_meeting_still_to_come_is_no_touch(facts_of):
    facts = facts_of(
        touch=_of_p(
            {"at": _at(date(2026, 6, 20)), "direction": "outbound", "office": "Dakar"},
            {"at": _at(date(2026, 6, 1)), "direction": "outbound", "office": "Geneva"},
            {"at": _at(date(2026, 5, 1)), "direction": "outbound", "office": "Nairobi"},
            {"at": _at(date(2025, 5, 1)), "direction": "outbound", "office": "Panama"},
            {"at": _at(date(2026, 4, 1)), "direction": "inbound", "outcome": "interested"},
        )
    )
    assert facts["touch.last_date"] == date(2026, 6, 1)
    assert facts["touch.offices_90d"] == 2
    assert facts["touch.last_inbound_date"] == date(2026, 4, 1)
    assert facts["touch.interested_count"] == 1


def test_obligations_are_overdue_only_while_open(facts_of):
    past, coming = date(2026, 6, 14), date(2026, 7, 1)
    facts = facts_of(
        obligation=_of_p(
            {"owed_by": "us", "due_date": past, "done_at": past, "kind": "report"},
            {"owed_by": "us", "due_date": past, "kind": "visit"},
            {"owed_by": "partner", "due_date": coming, "kind": "payment"},
        )
    )
    assert facts["obligation.overdue_by_us"] == 1
    assert facts["obligation.overdue_by_partner"] == 0
    assert (facts["obligation.next_due_date"], facts["obligation.next_kind"]) == (past, "visit")


def test_the_parent_is_the_top_of_the_group_and_a_circle_ends(facts_of):
    chain = [
        {"id": "P", "parent_id": "Q"},
        {"id": "Q", "parent_id": "R"},
        {"id": "R", "name": "Top"},
    ]
    assert facts_of(partner=chain)["parent.name"] == "Top"
    circle = [{"id": "P", "parent_id": "Q"}, {"id": "Q", "parent_id": "P"}]
    assert facts_of(partner=circle)["parent.id"] in {"P", "Q"}
    gone = [{"id": "P", "parent_id": "not mirrored"}]
    assert facts_of(partner=gone)["parent.id"] is None


def test_of_all_above_the_worst_is_known(facts_of):
    group = [
        {"id": "P", "parent_id": "Q", "sector": "Banking"},
        {"id": "Q", "parent_id": "R", "sector": "Mining"},
        {"id": "R", "sector": "Energy"},
    ]
    refused = {"status": "decided", "decided_at": date(2020, 1, 1), "outcome": "refused"}
    found = facts_of(
        partner=group,
        diligence=[
            {"id": "d1", "partner_id": "R", **refused, "outcome": "cleared", "risk": "high"},
            {"id": "d2", "partner_id": "Q", **refused, "risk": "low"},
            {"id": "d3", "partner_id": "P", **refused, "outcome": "cleared"},
        ],
        screening_hit=[
            {"partner_id": "R", "status": "open"},
            {"partner_id": "Q", "status": "open"},
            {"partner_id": "Q", "status": "closed"},
            {"partner_id": "P", "status": "open"},
        ],
    )
    assert (found["group.outcome"], found["group.risk"]) == ("refused", "high")
    assert (found["group.sectors"], found["group.open_hits"]) == ("Energy; Mining", 2)
    alone = facts_of(partner=[{"id": "P", "sector": "Banking", "parent_id": "P"}])
    assert (alone["group.sectors"], alone["group.outcome"]) == (None, None)
    assert alone["group.open_hits"] == 0


def test_agreements_beside_the_current_one_are_counted(facts_of):
    facts = facts_of(
        agreement=_of_p(
            {"status": "signed", "end_date": date(2030, 1, 1), "has_roles": True},
            {"status": "signed", "end_date": date(2027, 1, 1), "exclusive": True},
            {"status": "signed", "end_date": date(2020, 1, 1), "endorses": True},
            {"status": "draft", "exclusive": True},
        )
    )
    assert facts["agreement.exclusive"] is None
    assert (facts["agreement.preference_count"], facts["agreement.incomplete_count"]) == (1, 2)


def test_a_value_of_a_row_outside_its_list_says_nothing(frames):
    given = frames(gift=_of_p({"status": "received"}, {"status": "Closed Won"}))
    assert build_rows("gift", given, TODAY)["row.status"].to_list() == ["received", None]


def test_a_value_outside_its_list_says_nothing(facts_of):
    assert facts_of(partner=[{"id": "P", "audience": "martian"}])["partner.audience"] is None
    assert "corporation" in VIEWS["partner"].columns["audience"].values


def test_a_partner_we_have_not_met_stands_where_the_crm_has_it(facts_of):
    begun = date(2026, 1, 1)
    facts = facts_of(partner=[{"id": "P", "crm_stage": "active", "crm_since": begun}])
    assert (facts["stage"], facts["since"], facts["moved_by_person"]) == ("active", begun, False)
    assert facts_of(partner=[{"id": "P", "crm_stage": "limbo"}])["stage"] == "prospect"


def _stood(**standing):
    known = {"stage": "diligence", "since": date(2026, 3, 1), "visit": 1, "suspended": False}
    return [{"partner_id": "P", **known, "crm_stage_seen": "diligence", **standing}]


def test_a_stage_set_by_hand_is_a_persons_move(facts_of):
    when = datetime(2026, 6, 1, 9, tzinfo=UTC)
    partner = {"id": "P", "crm_stage": "active", "crm_stage_by": "005x", "crm_stage_at": when}
    facts = facts_of(partner=[partner], standing=_stood())
    assert facts["moved_by_person"] is True
    assert (facts["stage_before"], facts["stage"]) == ("diligence", "active")
    assert (facts["moved_by"], facts["since"], facts["visit"]) == ("005x", date(2026, 6, 1), 2)


def test_what_we_wrote_or_have_not_written_yet_is_no_persons_move(facts_of):
    echoed = facts_of(partner=[{"id": "P", "crm_stage": "diligence"}], standing=_stood())
    waiting = facts_of(
        partner=[{"id": "P", "crm_stage": "prospect"}], standing=_stood(crm_stage_seen="prospect")
    )
    blank = facts_of(partner=[{"id": "P"}], standing=_stood(crm_stage_seen=None))
    for facts in (echoed, waiting, blank):
        assert (facts["stage"], facts["moved_by_person"]) == ("diligence", False)
        assert facts["since"] == date(2026, 3, 1)
