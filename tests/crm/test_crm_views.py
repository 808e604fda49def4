"""What lifecycle relies on: the views say of the org what they should, in both databases."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, text

from crm_sync.mirror import ExchangeRate, create_views, store_rates
from crm_sync.profiles import Profile, load_profile
from partner_lifecycle.views import VIEWS

Make = Callable[..., Any]
PROFILES = ("npsp", "standard")


@pytest.fixture
def npsp() -> Profile:
    return load_profile("npsp")


def people(mirror: Any) -> Any:
    """A firm, a household of two, somebody without an account."""
    mirror.add("Account", Id="A1", Name="Acme", Type="Other", Lifecycle_Stage__c="prospect")
    mirror.add("Account", Id="A2", Name="Roe", npe01__SYSTEM_AccountType__c="Household Account")
    mirror.add("Contact", Id="C1", Name="Ana", AccountId="A1", HasOptedOutOfEmail=1)
    mirror.add("Contact", Id="C2", Name="Ben", AccountId="A2", npsp__Primary_Affiliation__c="A1")
    mirror.add("Contact", Id="C3", Name="Cai", AccountId="A2", Partner_Audience__c="hnwi")
    mirror.add("Contact", Id="C4", Name="Dee")
    return mirror


@pytest.mark.parametrize("name", PROFILES)
def test_one_partner_is_found_by_index_in_every_view(mirror: Make, name: str) -> None:
    connection = mirror(load_profile(name)).connection
    plan = _sqlite_plan if connection.dialect.name == "sqlite" else _postgres_plan
    for view in VIEWS:
        key = "id" if view == "partner" else "partner_id"
        searched, scanned = plan(connection, f"SELECT * FROM {view} WHERE {key} = 'x'")
        assert searched, view
        assert scanned == [], view


def _sqlite_plan(connection: Connection, asked: str) -> tuple[list[str], list[str]]:
    """Return which tables are searched by an index, and which are gone through."""
    details = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    # The tables' names in a view end with _; what is scanned may be the view's own result.
    return (
        [each for each in details if re.match(r"SEARCH \w+_ ", each)],
        [each for each in details if re.match(r"SCAN (\w+_|crm_\w+)( |$)", each)],
    )


def _postgres_plan(connection: Connection, asked: str) -> tuple[list[str], list[str]]:
    """Return the same of PostgreSQL, which would go through tables as empty as these."""
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    told = connection.execute(text(f"EXPLAIN (FORMAT JSON) {asked}")).scalar_one()
    of_tables = [node for node in _nodes(told[0]["Plan"]) if "Index" in node["Node Type"]]
    of_tables += [node for node in _nodes(told[0]["Plan"]) if node["Node Type"] == "Seq Scan"]
    by_index = ["Index Cond" in node for node in of_tables]
    named = [f"{node['Node Type']} {node.get('Relation Name')}" for node in of_tables]
    return (
        [name for name, searched in zip(named, by_index, strict=True) if searched],
        [name for name, searched in zip(named, by_index, strict=True) if not searched],
    )


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


@pytest.mark.parametrize("name", PROFILES)
def test_every_view_has_the_columns_of_the_contract_in_their_order(mirror: Make, name: str) -> None:
    filled = mirror(load_profile(name))
    for view, contract in VIEWS.items():
        result = filled.connection.execute(text(f"SELECT * FROM {view}"))
        assert list(result.keys()) == list(contract.columns)


def test_organisations_and_people_are_partners_and_containers_are_not(
    mirror: Make, npsp: Profile
) -> None:
    filled = people(mirror(npsp))
    filled.add("Account", Id="A3", Name="Individual")
    filled.add("Contact", Id="C5", Name="Eve", AccountId="A3")
    partners = filled.partners()
    assert partners.keys() == {"A1", "C2", "C3", "C4", "C5"}
    assert {key: each["audience"] for key, each in partners.items()} == {
        "A1": "corporation",
        "C2": "public",
        "C3": "hnwi",
        "C4": "public",
        "C5": "public",
    }
    assert partners["A1"]["crm_object"] == "Account"
    assert partners["C2"]["crm_object"] == "Contact"


def test_contacts_stand_under_whom_they_belong_to(mirror: Make, npsp: Profile) -> None:
    filled = people(mirror(npsp))
    filled.add("Account", Id="A9", Name="Museum", npe01__One2OneContact__c="C3")
    affiliation = {"npe5__Contact__c": "C3", "npe5__Organization__c": "A9"}
    filled.add("npe5__Affiliation__c", Id="F1", npe5__Status__c="Current", **affiliation)
    affiliation = {"npe5__Contact__c": "C2", "npe5__Organization__c": "A9"}
    filled.add("npe5__Affiliation__c", Id="F2", npe5__Status__c="Former", **affiliation)
    affiliation = {"npe5__Contact__c": "C2", "npe5__Organization__c": "A1"}
    filled.add("npe5__Affiliation__c", Id="F3", npe5__Status__c="Current", **affiliation)
    found = {(row["id"], row["partner_id"]): row["is_primary"] for row in filled.rows("contact")}
    assert found == {
        ("C1", "A1"): 0,
        ("C2", "A1"): 0,
        ("C2", "C2"): 1,
        ("C3", "A9"): 1,
        ("C3", "C3"): 1,
        ("C4", "C4"): 1,
    }


def test_a_field_that_is_not_there_equals_nothing(mirror: Make, npsp: Profile) -> None:
    filled = people(mirror(npsp, without=frozenset({"Account.npe01__One2OneContact__c"})))
    found = {
        row["id"]: row["is_primary"] for row in filled.rows("contact") if row["partner_id"] == "A1"
    }
    assert found == {"C1": 0, "C2": 0}


def test_gifts_of_a_household_are_its_persons(mirror: Make, npsp: Profile) -> None:
    filled = people(mirror(npsp))
    won = {"StageName": "Closed Won", "IsClosed": 1, "IsWon": 1, "Amount": 10.0}
    filled.add("Opportunity", Id="G1", AccountId="A1", npsp__Primary_Contact__c="C2", **won)
    filled.add("Opportunity", Id="G2", AccountId="A2", npsp__Primary_Contact__c="C3", **won)
    filled.add("Opportunity", Id="G3", AccountId="A2", ContactId="C2", **won)
    filled.add("Opportunity", Id="G4", npsp__Primary_Contact__c="C4", **won)
    filled.add("Opportunity", Id="G5", AccountId="A2", **won)
    filled.add("OpportunityContactRole", Id="R1", OpportunityId="G5", ContactId="C3", IsPrimary=1)
    filled.add("OpportunityContactRole", Id="R2", OpportunityId="G2", ContactId="C2", IsPrimary=1)
    filled.add("OpportunityContactRole", Id="R3", OpportunityId="G5", ContactId="C2", IsPrimary=0)
    found = [(row["id"], row["partner_id"]) for row in filled.rows("gift")]
    assert found == [("G1", "A1"), ("G2", "C3"), ("G3", "C2"), ("G4", "C4"), ("G5", "C3")]


def test_kind_status_and_thanks_of_gifts(mirror: Make, npsp: Profile) -> None:
    filled = people(mirror(npsp))
    filled.add("RecordType", Id="T1", DeveloperName="MatchingGift")
    won = {"AccountId": "A1", "IsClosed": 1, "IsWon": 1, "StageName": "Posted"}
    day = "2026-03-01"
    filled.add("Opportunity", Id="G1", Gift_Kind__c="pro_bono", Thanked_On__c=day, **won)
    filled.add("Opportunity", Id="G2", npsp__In_Kind_Type__c="Goods", **won)
    filled.add("Opportunity", Id="G3", RecordTypeId="T1", Gift_Kind__c="nonsense", **won)
    unthanked = {"npsp__Acknowledgment_Status__c": "Do Not Acknowledge", "CloseDate": day}
    filled.add("Opportunity", Id="G4", **{**won, **unthanked})
    lost = {**won, "IsWon": 0, "StageName": "Closed Lost"}
    filled.add("Opportunity", Id="G5", **lost)
    opened = {"AccountId": "A1", "IsClosed": 0, "IsWon": 0}
    filled.add("Opportunity", Id="G6", StageName="Pledged", **opened)
    filled.add("Opportunity", Id="G7", StageName="Prospecting", **opened)
    found = {
        row["id"]: (row["kind"], row["status"], row["acknowledged_at"])
        for row in filled.rows("gift")
    }
    assert found == {
        "G1": ("pro_bono", "received", day),
        "G2": ("in_kind", "received", None),
        "G3": ("matching", "received", None),
        "G4": ("cash", "received", day),
        "G5": ("cash", "written_off", None),
        "G6": ("cash", "pledged", None),
    }


def test_amounts_are_whole_cents_at_the_rate_of_the_day(mirror: Make, npsp: Profile) -> None:
    filled = people(mirror(npsp))
    rates = [
        ExchangeRate("EUR", date(2026, 1, 1), Decimal("1.10")),
        ExchangeRate("EUR", date(2026, 6, 1), Decimal("1.25")),
        ExchangeRate("CHF", date(2026, 6, 1), Decimal("2")),
    ]
    store_rates(filled.connection, rates)
    gift = {"AccountId": "A1", "StageName": "Pledged", "IsClosed": 0, "IsWon": 0}

    def add(key: str, amount: float | None, code: str | None, day: str) -> None:
        values = {"Amount": amount, "CurrencyIsoCode": code, "CloseDate": day}
        filled.add("Opportunity", Id=key, **gift, **values)

    add("G1", 0.07, None, "2026-05-31")
    add("G2", 100.10, "EUR", "2026-05-31")
    add("G3", 100.10, "EUR", "2026-06-01")
    add("G4", 5.0, "CHF", "2026-05-31")
    add("G5", None, "USD", "2026-05-31")
    add("G6", 90_000_000_000.01, "USD", "2026-05-31")
    found = {
        row["id"]: (row["amount"], row["currency"], row["amount_usd"])
        for row in filled.rows("gift")
    }
    assert found == {
        "G1": (7, "USD", 7),
        "G2": (10010, "EUR", 11011),
        "G3": (10010, "EUR", 12513),
        "G4": (500, "CHF", None),
        "G5": (None, "USD", None),
        "G6": (9_000_000_000_001, "USD", 9_000_000_000_001),
    }
    assert all(isinstance(amount, int | None) for amount, _, _ in found.values())


def test_an_org_of_one_other_currency(mirror: Make) -> None:
    filled = mirror(load_profile("npsp", currency="EUR"), without=frozenset())
    filled.add("Account", Id="A1", Name="Acme", Giving_Capacity__c=10.0)
    store_rates(filled.connection, [ExchangeRate("EUR", date(2020, 1, 1), Decimal("1.5"))])
    assert filled.partners()["A1"]["capacity_usd"] == 1500


def test_soft_credit_and_matches(mirror: Make, npsp: Profile) -> None:
    filled = people(mirror(npsp))
    filled.add("Opportunity", Id="G1", AccountId="A1", Amount=200.0)
    filled.add(
        "Opportunity",
        Id="G2",
        AccountId="A2",
        npsp__Primary_Contact__c="C3",
        npsp__Matching_Gift__c="G1",
    )
    credit = {"npsp__Opportunity__c": "G1", "npsp__Amount__c": 50.0}
    filled.add("npsp__Partial_Soft_Credit__c", Id="S1", npsp__Contact__c="C2", **credit)
    filled.add("npsp__Partial_Soft_Credit__c", Id="S2", npsp__Contact__c="C1", **credit)
    found = {
        row["id"]: (row["gift_id"], row["partner_id"], row["share"])
        for row in filled.rows("gift_credit")
    }
    assert found == {"S1": ("G1", "C2", 0.25), "S2": ("G1", "A1", 0.25), "G2": ("G1", "C3", 1)}


def test_agreements_with_organisations_and_with_people(mirror: Make, npsp: Profile) -> None:
    filled = people(mirror(npsp))
    filled.add("Contract", Id="K1", AccountId="A1", Status="Activated", Has_Roles__c=1)
    filled.add(
        "Contract",
        Id="K2",
        AccountId="A2",
        CustomerSignedId="C2",
        Status="Odd",
        StatusCode="InApproval",
    )
    found = {
        row["id"]: (row["partner_id"], row["status"], row["has_roles"])
        for row in filled.rows("agreement")
    }
    assert found == {"K1": ("A1", "signed", 1), "K2": ("C2", "sent", None)}


def test_diligence_and_obligations_belong_to_their_partners(mirror: Make, npsp: Profile) -> None:
    filled = people(mirror(npsp))
    filled.add("Due_Diligence__c", Id="D1", Partner__c="A1", Evidence_Count__c=3.0)
    filled.add("Due_Diligence__c", Id="D2", Partner__c="A2", Person__c="C2")
    found = [
        (row["id"], row["partner_id"], row["evidence_count"]) for row in filled.rows("diligence")
    ]
    # A refusal must not get lost: one that names a firm and a person counts for both.
    assert sorted(found, key=str) == [("D1", "A1", 3), ("D2", "A2", None), ("D2", "C2", None)]
    filled.add("Obligation__c", Id="O1", Partner__c="A1", Kind__c="visit", Owed_By__c="partner")
    filled.add("Opportunity", Id="G1", AccountId="A1", ContractId="K1")
    deadline = {"npsp__Opportunity__c": "G1", "npsp__Grant_Deadline_Due_Date__c": "2026-12-01"}
    filled.add("npsp__Grant_Deadline__c", Id="X1", npsp__Type__c="Final Report", **deadline)
    filled.add("npsp__Grant_Deadline__c", Id="X2", npsp__Type__c="Application", **deadline)
    owed = [
        (row["id"], row["partner_id"], row["kind"], row["owed_by"], row["agreement_id"])
        for row in filled.rows("obligation")
    ]
    assert owed == [("O1", "A1", "visit", "partner", None), ("X1", "A1", "report", "us", "K1")]


def test_what_we_made_is_no_touch_until_a_person_notes_something(
    mirror: Make, npsp: Profile
) -> None:
    filled = people(mirror(npsp))
    filled.add("User", Id="U1", Department="Geneva")
    done = {"IsClosed": 1, "OwnerId": "U1", "ActivityDate": "2026-02-03"}
    filled.add("Task", Id="T1", AccountId="A1", Type="Call", **done)
    filled.add("Task", Id="T2", AccountId="A1", Type="Call", **{**done, "IsClosed": 0})
    filled.add("Task", Id="T3", AccountId="A1", TaskSubtype="Task", **done)
    filled.add("Task", Id="T4", AccountId="A1", Type="Call", Lifecycle_Key__c="PL-1", **done)
    filled.add(
        "Task",
        Id="T5",
        AccountId="A1",
        Lifecycle_Key__c="PL-2",
        Touch_Outcome__c="interested",
        **done,
    )
    filled.add(
        "Task",
        Id="T6",
        AccountId="A2",
        WhoId="C2",
        TaskSubtype="Email",
        CompletedDateTime="2026-02-04T10:00:00.000Z",
        Touch_Direction__c="inbound",
        **done,
    )
    filled.add(
        "Event",
        Id="E1",
        AccountId="A1",
        WhoId="C1",
        OwnerId="U1",
        StartDateTime="2026-02-05T10:00:00.000Z",
    )
    found = {
        row["id"]: (row["partner_id"], row["kind"], row["direction"], row["at"])
        for row in filled.rows("touch")
    }
    assert found == {
        "T1": ("A1", "call", "outbound", "2026-02-03T00:00:00.000Z"),
        "T5": ("A1", None, "outbound", "2026-02-03T00:00:00.000Z"),
        "T6": ("C2", "email", "inbound", "2026-02-04T10:00:00.000Z"),
        "E1": ("A1", "meeting", "outbound", "2026-02-05T10:00:00.000Z"),
    }
    assert {row["office"] for row in filled.rows("touch")} == {"Geneva"}


def test_who_changed_the_stage_is_known_from_history(mirror: Make, npsp: Profile) -> None:
    filled = people(mirror(npsp))
    filled.add("User", Id="U2", Name="Claire Fontaine")
    changes = [
        ("H1", "Lifecycle_Stage__c", "2026-01-01", "U1"),
        ("H2", "Lifecycle_Stage__c", "2026-02-01", "U2"),
        ("H3", "Name", "2026-03-01", "U3"),
    ]
    for key, field, day, user in changes:
        moment = f"{day}T00:00:00.000Z"
        filled.add(
            "AccountHistory",
            Id=key,
            AccountId="A1",
            Field=field,
            CreatedDate=moment,
            CreatedById=user,
        )
    partner = filled.partners()["A1"]
    told = (partner["crm_stage_by"], partner["crm_stage_at"])
    assert told == ("Claire Fontaine", "2026-02-01T00:00:00.000Z")


def test_without_history_nobody_is_named_by_guess(mirror: Make, npsp: Profile) -> None:
    filled = mirror(npsp, without=frozenset({"AccountHistory", "ContactHistory"}))
    filled.add("Account", Id="A1", Name="Acme")
    partner = filled.partners()["A1"]
    assert (partner["crm_stage_by"], partner["crm_stage_at"]) == (None, None)


@pytest.mark.parametrize("name", PROFILES)
def test_an_org_that_lacks_all_it_may_lack_still_has_every_view(mirror: Make, name: str) -> None:
    profile = load_profile(name)
    lacking = {each for each in profile.objects if profile.is_optional(each)}
    for each, fields in profile.objects.items():
        needed = {"Id", "SystemModstamp"}
        lacking |= {
            f"{each}.{field}"
            for field in fields
            if profile.is_optional(each, field) and field not in needed
        }
    filled = mirror(profile, without=frozenset(lacking))
    filled.add("Account", Id="A1", Name="Acme")
    filled.add("Opportunity", Id="G1", AccountId="A1", StageName="Pledged", IsClosed=0, IsWon=0)
    assert [row["partner_id"] for row in filled.rows("gift")] == ["A1"]
    for view in VIEWS:
        filled.connection.execute(text(f"SELECT * FROM {view}")).all()


def test_a_person_account_is_the_person(mirror: Make) -> None:
    filled = mirror(load_profile("standard"))
    filled.add("Account", Id="A1", Name="Ana Roe", IsPersonAccount=1, PersonContactId="C1")
    filled.add("Contact", Id="C1", Name="Ana Roe", AccountId="A1")
    filled.add("Opportunity", Id="G1", AccountId="A1", StageName="Posted", IsClosed=1, IsWon=1)
    filled.add("Contract", Id="K1", AccountId="A1", Status="Draft")
    assert filled.partners().keys() == {"C1"}
    assert [row["partner_id"] for row in filled.rows("gift")] == ["C1"]
    assert [row["partner_id"] for row in filled.rows("agreement")] == ["C1"]


def test_views_are_rebuilt_only_when_they_say_something_else(mirror: Make, npsp: Profile) -> None:
    filled = mirror(npsp)
    assert create_views(filled.connection, npsp, filled.present) == ()
    less = {**filled.present, "Contract": {**filled.present["Contract"]}}
    del less["Contract"]["StatusCode"]
    assert create_views(filled.connection, npsp, less) == ("agreement",)


def test_a_view_that_was_lost_is_made_again(mirror: Make, npsp: Profile) -> None:
    filled = mirror(npsp)
    filled.connection.execute(text("DROP VIEW gift"))
    assert create_views(filled.connection, npsp, filled.present) == ("gift",)
