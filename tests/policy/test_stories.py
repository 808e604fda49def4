"""Six partners over months and years: where each ends, and what staff read on the way."""

from datetime import date

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.thorough]
MONTH = 30


def test_a_foundation_with_a_three_year_grant(play):
    baobab = play.partner("Baobab Foundation", "foundation", sector="Not For Profit")
    play.touch(baobab, "interested", kind="meeting")
    play.until(date(2026, 2, 1), MONTH)
    play.cleared(baobab, years=2)
    grant = play.signed(baobab, 1095, status="draft", signed_at=None, has_governance=False)
    play.until(date(2026, 3, 1), MONTH)
    assert "Complete the agreement" in play.tasks(baobab)
    assert "all four parts of a written agreement: yes" in play.stands(baobab)["missing"]

    play.change("agreement", grant, status="signed", has_governance=True, signed_at=play.day)
    due = date(2028, 3, 1)
    play.add("obligation", partner_id=baobab, owed_by="us", kind="report", due_date=due)
    play.until(date(2026, 3, 2))
    assert play.stands(baobab)["stage"] == "active"
    assert play.letters(baobab) == [("welcome", "drafted")]

    play.until(date(2028, 1, 25), 2 * MONTH)
    assert "Begin the next due diligence" in play.tasks(baobab)
    play.until(date(2028, 2, 10), MONTH)
    shown = play.stands(baobab)
    assert shown["suspended"] and shown["suspended_why"].startswith("The clearance has run out")
    assert shown["next_step"] == "Renew the due diligence"
    assert "days for which the clearance still holds: at least 0 days" in shown["missing"]
    assert "Deliver what we owe under the agreement" in play.tasks(baobab)

    play.cleared(baobab, years=3)
    play.until(date(2028, 9, 30), 2 * MONTH)
    assert ("renewal_invitation", "drafted") in play.letters(baobab)
    # The agreement still runs while its renewal is talked about, so the foundation is heard.
    assert play.letters(baobab)[-1] == ("consultation_invitation", "drafted")
    play.signed(baobab, 1095, previous_id=grant)
    play.until(date(2028, 10, 1))
    assert ("renewal_invitation", "superseded") in play.letters(baobab)
    assert play.letters(baobab)[-1] == ("renewal_thanks", "drafted")
    end = ["active", "active!", "active", "renewal", "active"]
    assert play.way(baobab) == ["diligence", "agreement", *end]


def test_a_bank_with_a_high_risk_parent(play):
    play.add("partner", id="group", name="Deep Ore Group", audience="corporation", sector="Mining")
    bank = play.partner("Lakeside Bank", "corporation", parent_id="group")
    play.touch(bank, "interested")
    play.until(date(2026, 1, 20), MONTH)
    play.cleared(bank, depth="standard", risk="high", approval_level="division")
    play.until(date(2026, 2, 10), MONTH)
    shown = play.stands(bank)
    assert shown["stage"] == "diligence"
    assert shown["next_step"] == "Put the due diligence in order"
    assert "The due diligence has to be deeper for this partner" in shown["missing"]
    assert "The risk has to be accepted at a higher level" in shown["missing"]

    play.cleared(bank, risk="high", approval_level="executive")
    play.until(date(2026, 2, 20), MONTH)
    play.signed(bank, 730)
    play.until(date(2026, 3, 20), MONTH)
    assert play.way(bank) == ["diligence", "agreement", "active"]

    # A refusal that nobody dated, and a due diligence opened after it, do not hide each other.
    play.add("diligence", partner_id=bank, status="decided", outcome="refused")
    play.add("diligence", partner_id=bank, status="open")
    play.until(date(2026, 4, 20), MONTH)
    assert play.way(bank)[-1] == "active!"
    assert "did not clear this partner" in play.stands(bank)["suspended_why"]
    play.change("partner", "group", sector="Weapons")
    play.until(date(2026, 4, 21))
    assert "or that of the group" in play.stands(bank)["suspended_why"]


def test_a_family_that_gives_through_a_company(play):
    family = play.partner("The Okello Family", "hnwi", sector=None, capacity_usd=300_000_000)
    firm = play.partner("Okello Mills", "corporation", sector="Retail")
    for year in range(3):
        gift = play.gift(firm, 40_000)
        play.add("gift_credit", gift_id=gift, partner_id=family, share=1.0)
        play.until(date(2026 + year, 3, 1), 2 * MONTH)
        if year == 0:
            assert play.stands(firm)["stage"] == "diligence"
            assert play.letters(firm) == []
            play.cleared(firm, years=4)
            play.until(date(2026, 3, 15))
            play.signed(firm, 1500)
        play.until(date(2027 + year, 1, 5), 3 * MONTH)
    assert play.way(firm) == ["diligence", "agreement", "active"]
    assert [purpose for purpose, _ in play.letters(firm)].count("gift_thanks") == 3
    # The firm gives and is thanked; the family is met in person, and not let go as silent.
    assert play.way(family) == ["prospect"]
    assert play.letters(family) == []
    assert play.tasks(family) == ["Write in person to the prospect that a gift is credited to"]


def test_a_firm_cleared_on_conditions_that_it_misses(play):
    firm = play.partner("Savanna Textiles", "corporation", sector="Manufacturing")
    play.touch(firm, "interested")
    play.until(date(2026, 1, 20), MONTH)
    due = date(2026, 9, 1)
    check = play.cleared(firm, outcome="conditions", labour="unclear", conditions_due=due)
    play.until(date(2026, 2, 1), MONTH)
    play.signed(firm, 730)
    play.until(date(2026, 8, 20), 2 * MONTH)
    assert "Check with the partner that the conditions are met" in play.tasks(firm)
    play.gift(firm, 10_000)
    play.until(date(2026, 10, 1), MONTH)
    shown = play.stands(firm)
    assert shown["suspended_why"].startswith("The partner missed the deadline")
    assert "day conditions were met" in shown["missing"]
    assert "Ask the partner about the conditions that were not met" in play.tasks(firm)
    assert play.letters(firm)[-1] == ("gift_thanks", "suppressed")

    play.change("diligence", check, conditions_met_at=play.day)
    play.until(date(2026, 10, 2))
    assert play.way(firm)[-2:] == ["active!", "active"]
    assert play.letters(firm)[-1] == ("gift_thanks", "drafted")


def test_a_firm_that_never_meets_its_conditions_is_let_go_when_the_agreement_ends(play):
    firm = play.partner("Dune Textiles", "corporation", sector="Manufacturing")
    play.touch(firm, "interested")
    play.cleared(
        firm, years=4, outcome="conditions", labour="unclear", conditions_due=date(2026, 6, 1)
    )
    play.until(date(2026, 1, 20), MONTH)
    play.signed(firm, 365)
    play.until(date(2027, 5, 1), MONTH)
    end = ["active", "active!", "renewal!", "closed"]
    assert play.way(firm) == ["agreement", *end]
    assert ("renewal_invitation", "drafted") not in play.letters(firm)


def test_a_donor_who_opts_out_between_draft_and_release(play):
    donor = play.partner("Grace Wanjiru", "public", sector=None)
    play.gift(donor, 80)
    play.until(date(2026, 1, 6), 1)
    assert play.way(donor) == ["active"]
    assert play.letters(donor) == [("gift_thanks", "drafted")]
    play.change("contact", f"{donor}-contact", email_opt_out=True)
    play.until(date(2026, 1, 8), 1)
    assert play.letters(donor) == [("gift_thanks", "suppressed")]
    assert play.tasks(donor) == ["Thank for the gift by letter or call"]
    assert play.stands(donor)["stage"] == "active"
    play.change("contact", f"{donor}-contact", email_opt_out=False)
    play.until(date(2026, 1, 9), 1)
    play.release(donor, "gift_thanks")
    play.until(date(2026, 1, 13), 1)
    # The welcome waits for the quiet days after the thanks.
    assert play.letters(donor) == [("gift_thanks", "released"), ("welcome", "suppressed")]


def test_an_agreement_whose_end_date_moves_twice(play):
    firm = play.partner("Coast Logistics", "corporation")
    play.touch(firm, "interested")
    play.cleared(firm, years=6)
    play.until(date(2026, 2, 1), MONTH)
    agreement = play.signed(firm, 365)
    play.until(date(2026, 8, 20), MONTH)
    assert play.letters(firm)[-1] == ("renewal_invitation", "drafted")
    play.change("agreement", agreement, end_date=date(2028, 1, 31))
    play.until(date(2026, 9, 20), MONTH)
    assert play.stands(firm)["stage"] == "active"
    assert play.letters(firm)[-2:] == [
        ("renewal_invitation", "superseded"),
        ("renewal_thanks", "drafted"),
    ]
    play.change("agreement", agreement, end_date=date(2027, 2, 28))
    play.until(date(2026, 10, 20), MONTH)
    shown = play.stands(firm)
    assert shown["reason"].startswith("The agreement ends soon")
    assert [s for p, s in play.letters(firm) if p == "renewal_invitation"] == [
        "superseded",
        "drafted",
    ]
    play.until(date(2027, 6, 1), MONTH)
    assert play.way(firm)[-3:] == ["active", "renewal", "closed"]
    assert play.stands(firm)["reason"].startswith("The agreement is over")
    assert play.tasks(firm).count("Prepare the conversation about the next agreement") == 2


@pytest.mark.parametrize("usd", [None, 20_000])
def test_a_public_gift_of_unknown_or_large_value_waits_for_people(play, usd):
    donor = play.partner("Peter Otieno", "public", sector=None)
    play.gift(donor, usd, amount=9_000_000, currency="XYZ")
    play.until(date(2026, 1, 7), 1)
    assert play.way(donor) == ["diligence"]
    shown = play.stands(donor)
    told = "The value of a gift in US$ is not known" if usd is None else "For agreement:"
    assert told in shown["missing"]


def test_each_condition_of_a_clearance_has_its_own_day(play):
    firm = play.partner("Delta Shipping", "corporation", sector="Shipping")
    play.touch(firm, "interested")
    check = play.cleared(firm, years=4, outcome="conditions", labour="unclear")
    kind = {"partner_id": firm, "kind": "condition", "owed_by": "partner", "diligence_id": check}
    first = play.add("obligation", due_date=date(2026, 4, 1), **kind)
    second = play.add("obligation", due_date=date(2026, 9, 1), **kind)
    play.signed(firm, 730)
    play.until(date(2026, 3, 20), MONTH)
    assert play.stands(firm)["stage"] == "active"
    assert play.tasks(firm).count("Check with the partner that the condition is met") == 1
    play.change("obligation", first, done_at=play.day)
    play.until(date(2026, 9, 2), 2 * MONTH)
    shown = play.stands(firm)
    assert shown["suspended_why"].startswith("The partner missed the day of one of the conditions")
    assert "in the way: A condition of the clearance was not met by its day." in shown["missing"]
    assert play.tasks(firm).count("Check with the partner that the condition is met") == 2
    assert "Ask the partner for what is overdue" not in play.tasks(firm)
    play.change("obligation", second, done_at=play.day)
    play.until(date(2026, 9, 3))
    assert play.way(firm)[-3:] == ["active", "active!", "active"]


def test_an_incident_holds_a_partner_up_until_it_is_decided(play):
    firm = play.partner("Elmina Foods", "corporation", sector="Retail")
    play.touch(firm, "interested")
    play.cleared(firm, years=4)
    play.signed(firm, 730)
    play.until(play.day)
    incident = play.add("diligence", partner_id=firm, status="open", opened_for="incident")
    play.until(date(2026, 1, 10), 5)
    shown = play.stands(firm)
    assert shown["suspended_why"].startswith("Something happened with this partner")
    assert shown["next_step"] == "Have the due diligence on the incident decided"
    play.signed(firm, 1500)
    play.until(date(2026, 1, 12))
    assert play.way(firm)[-1] == "active!"
    play.cleared(firm, years=4, opened_for="incident")
    play.change("diligence", incident, status="decided", outcome="cleared", decided_at=play.day)
    play.until(date(2026, 1, 13))
    assert play.way(firm)[-2:] == ["active!", "active"]
