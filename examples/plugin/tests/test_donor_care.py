"""What the plug-in adds does what it says, and says the same in every reading."""

from datetime import date

from partners_donor_care import PLUGIN

from partners.testing import broken_axioms, disagreements, facts_of

TODAY = date(2026, 6, 15)


def _given(**gift):
    return {"status": "received", **gift}


def test_functions_say_the_same_in_every_reading():
    assert disagreements(PLUGIN) == []


def test_axioms_hold_for_invented_donors():
    assert broken_axioms(PLUGIN) == []


def test_a_donor_without_gifts_has_no_largest_one():
    facts = facts_of(PLUGIN, TODAY)
    assert facts["donor_care.largest_usd"] is None
    assert (facts["donor_care.year_usd"], facts["donor_care.countries"]) == (0, 0)


def test_gifts_of_a_year_are_those_from_today_back():
    days = [date(2026, 6, 15), date(2025, 6, 15), date(2025, 6, 14), date(2026, 6, 16), None]
    gifts = [_given(date=day, amount_usd=10**at) for at, day in enumerate(days)]
    promised = {"status": "pledged", "date": TODAY, "amount_usd": 10**9}
    facts = facts_of(PLUGIN, TODAY, gift=[*gifts, promised])
    assert facts["donor_care.year_usd"] == 11
    assert facts["donor_care.largest_usd"] == 10**4


def test_a_country_counts_once():
    countries = ["Chad", "Chad", "Peru", None]
    facts = facts_of(PLUGIN, TODAY, gift=[_given(country=each) for each in countries])
    assert facts["donor_care.countries"] == 2
