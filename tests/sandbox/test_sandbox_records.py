import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crm_sync.sandbox import Org, OrgError, SandboxError
from crm_sync.sandbox.schema import Schema


def _one(org: Org, text: str) -> dict[str, Any]:
    (found,) = org.query(text)
    found.pop("attributes")
    return found


def _refused(org: Org, name: str, payload: Mapping[str, Any]) -> OrgError:
    with pytest.raises(OrgError) as caught:
        org.insert(name, payload)
    return caught.value


def test_a_record_is_stored_as_it_was_given(org: Org) -> None:
    org.insert(
        "Account",
        {
            "name": "  Acme  ",
            "AnnualRevenue": "12.345",
            "NumberOfEmployees": 7,
            "Website": "",
            "npsp__Funding_Focus__c": "Youth;Arts;Youth",
            "Lifecycle_Suspended__c": "true",
        },
    )
    assert _one(
        org,
        "SELECT Name, AnnualRevenue, NumberOfEmployees, Website, npsp__Funding_Focus__c, "
        "Lifecycle_Suspended__c, npsp__Grantmaker__c FROM Account",
    ) == {
        "Name": "Acme",
        "AnnualRevenue": 12.35,
        "NumberOfEmployees": 7,
        "Website": None,
        "npsp__Funding_Focus__c": "Arts;Youth",
        "Lifecycle_Suspended__c": True,
        "npsp__Grantmaker__c": False,
    }


@pytest.mark.parametrize(
    ("name", "payload", "code", "fields"),
    [
        ("Account", {}, "REQUIRED_FIELD_MISSING", ("Name",)),
        ("Account", {"Name": ""}, "REQUIRED_FIELD_MISSING", ("Name",)),
        ("Account", {"Name": "x" * 256}, "STRING_TOO_LONG", ("Name",)),
        ("Account", {"Name": "a", "Nope__c": 1}, "INVALID_FIELD", ()),
        ("Account", {"Name": "a", "IsDeleted": True}, "INVALID_FIELD_FOR_INSERT_UPDATE", None),
        ("Account", {"Name": "a", "CreatedDate": None}, "INVALID_FIELD_FOR_INSERT_UPDATE", None),
        ("Account", {"Name": "a", "BillingAddress": {}}, "INVALID_FIELD_FOR_INSERT_UPDATE", None),
        ("Account", {"Name": "a", "ParentId": "12"}, "MALFORMED_ID", ("ParentId",)),
        ("Account", {"Name": "a", "ParentId": "003000000000001"}, "MALFORMED_ID", ("ParentId",)),
        (
            "Account",
            {"Name": "a", "ParentId": "001Lc000000zzzz"},
            "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
            ("ParentId",),
        ),
        (
            "Account",
            {"Name": "a", "Lifecycle_Stage__c": "won"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            ("Lifecycle_Stage__c",),
        ),
        ("Contact", {"LastName": "a", "Email": "nobody"}, "INVALID_EMAIL_ADDRESS", ("Email",)),
        (
            "Account",
            {"Name": "a", "AnnualRevenue": 1e20},
            "NUMBER_OUTSIDE_VALID_RANGE",
            ("AnnualRevenue",),
        ),
        ("AccountHistory", {}, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", ()),
        ("Account", {"Name": 5}, "JSON_PARSER_ERROR", ()),
        ("Account", {"Name": "a", "IsActive": 1}, "INVALID_FIELD", ()),
        ("Contact", {"LastName": "a", "DoNotCall": None}, "JSON_PARSER_ERROR", ()),
        ("Contact", {"LastName": "a", "DoNotCall": "maybe"}, "JSON_PARSER_ERROR", ()),
        ("Contact", {"LastName": "a", "Birthdate": "2026-02-30"}, "JSON_PARSER_ERROR", ()),
        ("Contact", {"LastName": "a", "Birthdate": "30.1.2026"}, "JSON_PARSER_ERROR", ()),
        ("Account", {"Name": "a", "AnnualRevenue": "much"}, "JSON_PARSER_ERROR", ()),
        ("Account", {"Name": "a", "NumberOfEmployees": 1.5}, "JSON_PARSER_ERROR", ()),
    ],
)
def test_what_salesforce_refuses_is_refused_with_its_code(
    org: Org, name: str, payload: Mapping[str, Any], code: str, fields: tuple[str, ...] | None
) -> None:
    error = _refused(org, name, payload)
    assert error.code == code
    if fields is not None:
        assert error.fields == fields


def test_nothing_of_a_refused_record_is_kept(org: Org) -> None:
    _refused(org, "Account", {"Name": "a", "ParentId": "001Lc000000zzzz"})
    assert org.query("SELECT Id FROM Account") == []


def test_a_standard_picklist_takes_any_value(org: Org) -> None:
    org.insert("Account", {"Name": "a", "Industry": "Lighthouses"})
    assert _one(org, "SELECT Industry FROM Account") == {"Industry": "Lighthouses"}


def test_a_key_is_unique_whatever_its_case_and_may_be_kept_in_an_update(org: Org) -> None:
    first = org.insert("Task", {"Lifecycle_Key__c": "p/1"})
    error = _refused(org, "Task", {"Lifecycle_Key__c": "P/1"})
    assert error.code == "DUPLICATE_VALUE"
    assert error.message.endswith(f"record with id: {first}")
    org.update("Task", first, {"Lifecycle_Key__c": "p/1", "Subject": "same"})


def test_a_reference_may_name_the_record_by_external_id(org: Org) -> None:
    task = org.insert("Task", {"Lifecycle_Key__c": "k"})
    org.insert(
        "EmailMessage",
        {"Subject": "s", "Activity": {"attributes": {"type": "Task"}, "Lifecycle_Key__c": "k"}},
    )
    assert _one(org, "SELECT ActivityId FROM EmailMessage") == {"ActivityId": task}
    error = _refused(org, "EmailMessage", {"Activity": {"Lifecycle_Key__c": "other"}})
    assert error.code == "INVALID_FIELD"


def test_fifteen_characters_are_as_good_as_eighteen(org: Org) -> None:
    parent = org.insert("Account", {"Name": "parent"})
    org.update("Account", parent[:15], {"Name": "renamed"})
    org.insert("Account", {"Name": "child", "ParentId": parent[:15]})
    assert _one(org, "SELECT ParentId FROM Account WHERE Name = 'child'") == {"ParentId": parent}


def test_every_update_moves_the_stamp_and_names_its_user(schema: Schema) -> None:
    moments = iter(datetime(2026, 1, 1, 0, 0, second, 7000, tzinfo=UTC) for second in range(60))
    with Org(schema, clock=lambda: next(moments)) as org:
        account = org.insert("Account", {"Name": "a"})
        before = _one(org, "SELECT SystemModstamp FROM Account")
        org.update("Account", account, {"Name": "a"}, user="claire@local.example")
        after = _one(org, "SELECT SystemModstamp, LastModifiedBy.Name FROM Account")
    assert before["SystemModstamp"] < after["SystemModstamp"]
    assert after["SystemModstamp"].endswith(".000+0000")  # an org keeps whole seconds
    assert after["LastModifiedBy"]["Name"] == "Claire Fontaine"


def test_history_says_who_moved_the_stage_and_from_where(org: Org) -> None:
    account = org.insert("Account", {"Name": "a", "Lifecycle_Stage__c": "prospect"})
    org.update("Account", account, {"Lifecycle_Stage__c": "active"}, user="amina@local.example")
    org.update("Account", account, {"Name": "renamed"})
    assert _one(
        org,
        "SELECT AccountId, Field, OldValue, NewValue, CreatedById FROM AccountHistory",
    ) == {
        "AccountId": account,
        "Field": "Lifecycle_Stage__c",
        "OldValue": "prospect",
        "NewValue": "active",
        "CreatedById": org.user_id("amina@local.example"),
    }


def test_opportunities_close_with_their_stage(org: Org) -> None:
    gift = org.insert(
        "Opportunity",
        {"Name": "g", "StageName": "Pledged", "CloseDate": "2026-12-31", "Amount": 100},
    )
    fields = "IsClosed, IsWon, Probability, ExpectedRevenue, FiscalQuarter"
    assert _one(org, f"SELECT {fields} FROM Opportunity") == {
        "IsClosed": False,
        "IsWon": False,
        "Probability": 90,
        "ExpectedRevenue": 90,
        "FiscalQuarter": 4,
    }
    org.update("Opportunity", gift, {"StageName": "Closed Won"})
    won = _one(org, f"SELECT {fields} FROM Opportunity")
    assert (won["IsClosed"], won["IsWon"], won["Probability"]) == (True, True, 100)
    org.update("Opportunity", gift, {"StageName": "Closed Lost"})
    lost = _one(org, f"SELECT {fields} FROM Opportunity")
    assert (lost["IsClosed"], lost["IsWon"], lost["ExpectedRevenue"]) == (True, False, 0)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-01-01", 12, "2026-12-31"), ("2024-01-31", 1, "2024-02-28"), (None, 12, None)],
)
def test_a_contract_ends_when_its_term_does(
    org: Org, start: str | None, months: int, end: str | None
) -> None:
    account = org.insert("Account", {"Name": "a"})
    org.insert("Contract", {"AccountId": account, "StartDate": start, "ContractTerm": months})
    assert _one(org, "SELECT EndDate, ContractNumber, Status, StatusCode FROM Contract") == {
        "EndDate": end,
        "ContractNumber": "00000001",
        "Status": "Draft",
        "StatusCode": "Draft",
    }


def test_tasks_know_their_account_and_when_they_were_done(org: Org) -> None:
    account = org.insert("Account", {"Name": "a"})
    contact = org.insert("Contact", {"LastName": "b", "FirstName": "a", "AccountId": account})
    task = org.insert("Task", {"WhoId": contact, "Priority": "High"})
    fields = "AccountId, IsClosed, IsHighPriority, CompletedDateTime, Who.Name"
    opened = _one(org, f"SELECT {fields} FROM Task")
    assert opened["AccountId"] == account
    assert opened["Who"]["Name"] == "a b"
    assert (opened["IsClosed"], opened["CompletedDateTime"]) == (False, None)
    org.update("Task", task, {"Status": "Completed"})
    done = _one(org, f"SELECT {fields} FROM Task")
    assert done["IsClosed"] and done["CompletedDateTime"]


def test_an_event_ends_after_its_duration(org: Org) -> None:
    org.insert("Event", {"StartDateTime": "2026-05-04T23:30:00Z", "DurationInMinutes": 60})
    assert _one(org, "SELECT ActivityDate, EndDateTime, EndDate FROM Event") == {
        "ActivityDate": "2026-05-04",
        "EndDateTime": "2026-05-05T00:30:00.000+0000",
        "EndDate": "2026-05-05",
    }


def test_our_objects_number_themselves(org: Org) -> None:
    for _ in range(2):
        org.insert("Due_Diligence__c", {"Status__c": "open"})
    names = [each["Name"] for each in org.query("SELECT Name FROM Due_Diligence__c ORDER BY Name")]
    assert names == ["DD-0001", "DD-0002"]


def test_deleting_takes_children_along_and_empties_other_references(org: Org) -> None:
    account = org.insert("Account", {"Name": "a"})
    contact = org.insert("Contact", {"LastName": "b", "AccountId": account})
    check = org.insert("Due_Diligence__c", {"Partner__c": account})
    org.delete("Account", account)
    assert org.query("SELECT Id FROM Contact") == []
    kept = org.query("SELECT Id, IsDeleted FROM Contact", include_deleted=True)
    assert [(each["Id"], each["IsDeleted"]) for each in kept] == [(contact, True)]
    assert _one(org, "SELECT Id, Partner__c FROM Due_Diligence__c") == {
        "Id": check,
        "Partner__c": None,
    }


def test_what_is_in_the_bin_cannot_be_changed_until_it_is_taken_out(org: Org) -> None:
    account = org.insert("Account", {"Name": "a"})
    org.delete("Account", account)
    with pytest.raises(OrgError, match="ENTITY_IS_DELETED"):
        org.update("Account", account, {"Name": "b"})
    with pytest.raises(OrgError, match="ENTITY_IS_DELETED"):
        org.insert("Contact", {"LastName": "b", "AccountId": account})
    org.undelete("Account", account)
    org.update("Account", account, {"Name": "b"})


def test_a_new_org_has_people_in_every_office(org: Org) -> None:
    rows = org.query("SELECT Department FROM User WHERE IsActive = true AND Department != null")
    offices = {each["Department"] for each in rows}
    assert offices == {"Geneva", "Nairobi", "Panama", "Bangkok", "Dakar"}


def test_an_org_in_a_file_is_there_again_and_goes_on_counting(
    schema: Schema, tmp_path: Path
) -> None:
    path = tmp_path / "org.db"
    with Org(schema, path=path) as org:
        first = org.insert("Account", {"Name": "a"})
        org.insert("Due_Diligence__c", {})
    with Org(schema, path=path) as org:
        second = org.insert("Account", {"Name": "b"})
        org.insert("Due_Diligence__c", {})
        names = [each["Name"] for each in org.query("SELECT Name FROM Due_Diligence__c")]
        assert len(org.query("SELECT Id FROM User")) == 7
    assert second > first
    assert sorted(names) == ["DD-0001", "DD-0002"]


def test_a_field_that_came_later_is_added_to_the_file(schema: Schema, tmp_path: Path) -> None:
    from crm_sync.sandbox import load_schema

    path = tmp_path / "org.db"
    with Org(load_schema(), path=path) as org:
        account = org.insert("Account", {"Name": "a"})
    with Org(schema, path=path) as org:
        org.update("Account", account, {"Lifecycle_Stage__c": "active"})
        assert _one(org, "SELECT Lifecycle_Stage__c FROM Account")["Lifecycle_Stage__c"] == "active"


def test_a_file_that_is_no_org_is_left_alone(schema: Schema, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are my notes, do not touch them " * 200)
    before = path.read_bytes()
    with pytest.raises(SandboxError, match="cannot be opened"):
        Org(schema, path=path)
    assert path.read_bytes() == before


def test_a_file_whose_tables_lack_what_is_needed_is_told_of(schema: Schema, tmp_path: Path) -> None:
    path = tmp_path / "org.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE _sequence (name, last)")
        other.execute("CREATE TABLE _file (id, body)")
        other.execute("CREATE VIEW Account AS SELECT 1 AS Id")
    other.close()
    with pytest.raises(SandboxError, match="cannot be opened"):
        Org(schema, path=path)
