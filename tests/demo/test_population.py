"""The invented org: always the same, complete in itself, of every audience and stage."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from partners.demo.edits import edits
from partners.demo.population import population

TODAY = date(2026, 11, 21)
OFFICES = {"Geneva", "Nairobi", "Panama", "Bangkok", "Dakar"}
AUDIENCES = {"corporation", "foundation", "hnwi", "public"}
STAGES = {"prospect", "diligence", "agreement", "active", "renewal", "closed"}


@pytest.fixture(scope="module")
def org() -> dict[str, list[dict[str, Any]]]:
    return population(TODAY)


def _values(org: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any], str, Any]]:
    for kind, rows in org.items():
        for row in rows:
            for name, value in row.items():
                yield kind, row, name, value


def _partners(org: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [
        row for kind in ("Account", "Contact") for row in org[kind] if "Partner_Audience__c" in row
    ]


@pytest.mark.parametrize("partners", [20, 40, 60, 100, 160, 300])
def test_an_org_of_any_size_has_whom_its_edits_are_about(partners):
    records = population(TODAY, partners=partners)
    known = {(kind, row["_id"]) for kind, rows in records.items() for row in rows}
    known |= {("User", office) for office in OFFICES}
    made = edits(TODAY, records)
    assert len(made) == 8 if partners == 300 else 1 <= len(made) <= 8
    for edit in made:
        assert edit.key is None or (edit.object, edit.key) in known
        references = [value["_ref"] for value in edit.fields.values() if isinstance(value, dict)]
        assert {tuple(each.split(":")) for each in references} <= known


def test_the_same_day_and_seed_give_the_same_records(org):
    assert population(TODAY) == org


def test_another_seed_gives_other_people(org):
    other = population(TODAY, seed=7)
    assert [row["Name"] for row in other["Account"]] != [row["Name"] for row in org["Account"]]


def test_another_day_moves_every_date_and_nothing_else(org):
    later = population(TODAY + timedelta(days=31))
    gifts = zip(org["Opportunity"], later["Opportunity"], strict=True)
    for before, after in gifts:
        moved = date.fromisoformat(after["CloseDate"]) - date.fromisoformat(before["CloseDate"])
        assert moved.days == 31
        assert before["Amount"] == after["Amount"]


@pytest.mark.parametrize("partners", [1, 40, 300, 500])
def test_there_are_as_many_partners_as_asked_for(partners):
    assert len(_partners(population(TODAY, partners=partners))) == partners


def test_ids_are_unique_within_an_object(org):
    for kind, rows in org.items():
        twice = [key for key, n in Counter(row["_id"] for row in rows).items() if n > 1]
        assert not twice, kind


def test_references_point_to_records_that_stand_earlier(org):
    known: set[str] = {f"User:{office}" for office in OFFICES}
    for kind, rows in org.items():
        for row in rows:
            refs = [value["_ref"] for value in row.values() if isinstance(value, dict)]
            missing = [each for each in refs if each not in known]
            assert not missing, row["_id"]
            known.add(f"{kind}:{row['_id']}")


def test_all_audiences_stages_and_languages_are_there(org):
    partners = _partners(org)
    audiences = Counter(row["Partner_Audience__c"] for row in partners)
    stages = Counter(row.get("Lifecycle_Stage__c", "new") for row in partners)
    languages = Counter(row["Partner_Language__c"] for row in partners)
    assert set(audiences) == AUDIENCES and min(audiences.values()) >= 40
    assert set(stages) == STAGES | {"new"} and min(stages.values()) >= 15
    assert set(languages) == {"en", "fr", "es"} and min(languages.values()) >= 40


def test_a_stage_and_its_day_come_together(org):
    for row in _partners(org):
        assert ("Lifecycle_Stage__c" in row) == ("Lifecycle_Since__c" in row)


def test_people_live_in_households_and_carry_the_stage_themselves(org):
    households = {r["_id"] for r in org["Account"] if "npe01__SYSTEM_AccountType__c" in r}
    people = [row for row in org["Contact"] if "Partner_Audience__c" in row]
    assert {row["AccountId"]["_ref"] for row in people} == {f"Account:{key}" for key in households}
    assert not any("Partner_Audience__c" in r for r in org["Account"] if r["_id"] in households)


def test_gifts_of_every_kind_are_received_and_promised(org):
    seen = Counter((row["Gift_Kind__c"], row["StageName"]) for row in org["Opportunity"])
    assert {kind for kind, _ in seen} == {"cash", "in_kind", "pro_bono", "matching"}
    assert seen["cash", "Pledged"] >= 4


def test_consent_differs(org):
    for field in (
        "HasOptedOutOfEmail",
        "npsp__Do_Not_Contact__c",
        "npsp__Deceased__c",
        "EmailBouncedDate",
    ):
        assert sum(bool(row.get(field)) for row in org["Contact"]) >= 2, field


def test_what_is_done_lies_in_the_past_and_what_runs_ends_after_it_began(org):
    today = TODAY.isoformat()
    past = {"Decided_On__c", "Done_On__c", "ActivityDate", "Thanked_On__c", "Lifecycle_Since__c"}
    past |= {"CustomerSignedDate", "StartDateTime"}
    for kind, row, name, value in _values(org):
        assert name not in past or value[:10] <= today, (kind, row["_id"], name)
    for row in org["Opportunity"]:
        assert row.get("Thanked_On__c", row["CloseDate"]) >= row["CloseDate"]
    for row in org["Contract"]:
        assert row["StartDate"] < row["EndDate"]


def test_gifts_are_in_order_but_for_the_firms_whose_gifts_were_entered_wrongly(org):
    today = TODAY.isoformat()
    wrong = [
        row["_id"]
        for row in org["Opportunity"]
        if row["Amount"] <= 0 or (row["StageName"] == "Closed Won" and row["CloseDate"] > today)
    ]
    assert len(wrong) >= 4
    assert all(key.startswith("entered_wrongly_") for key in wrong)


def test_addresses_are_of_a_domain_that_can_never_exist(org):
    assert all(row["Email"].endswith("@partners.example") for row in org["Contact"])


def test_every_edit_finds_its_record_and_what_it_refers_to(org):
    changes = edits(TODAY, org)
    keys = {f"{kind}:{row['_id']}" for kind, rows in org.items() for row in rows}
    keys |= {f"User:{office}" for office in OFFICES}
    assert 6 <= len(changes) <= 8
    for change in changes:
        assert change.who in OFFICES
        assert change.key is None or f"{change.object}:{change.key}" in keys
        refs = [value["_ref"] for value in change.fields.values() if isinstance(value, dict)]
        assert all(each in keys for each in refs), change.what
