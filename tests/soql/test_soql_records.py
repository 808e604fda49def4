"""The records that a statement gives, in Salesforce's JSON."""

import json
from datetime import UTC, datetime

import pytest

from crm_sync.sandbox.ids import make_id
from crm_sync.sandbox.soql import run

_NOW = datetime(2026, 11, 21, tzinfo=UTC)
_ACME = make_id("001", 0)
_EMILE = make_id("001", 1)


def _first(ask, statement, **options):
    return ask(statement, **options)[1][0]


def test_a_record_has_attributes_and_values_in_the_order_and_spelling_of_the_schema(ask):
    record = _first(ask, "select NAME, id, code__C from ACCOUNT where code__c = 'A'")
    address = f"/services/data/v62.0/sobjects/Account/{_ACME}"
    assert record == {
        "attributes": {"type": "Account", "url": address},
        "Name": "Acme",
        "Id": _ACME,
        "Code__c": "A",
    }
    assert list(record) == ["attributes", "Name", "Id", "Code__c"]


def test_the_address_carries_the_version_asked_for(ask):
    record = _first(ask, "SELECT Name FROM Account", api_version="58.0")
    assert record["attributes"]["url"].startswith("/services/data/v58.0/sobjects/Account/001")


def test_values_have_json_types(ask, plain):
    fields = (
        "AnnualRevenue, NumberOfEmployees, Active__c, Founded__c, CreatedDate, Types__c, Score__c, "
        "Share__c, Opens__c, Website, Place__c, Description"
    )
    acme, _, zeta = ask(f"SELECT {fields} FROM Account WHERE Code__c IN ('A','B','C')")[1]
    assert json.dumps(plain(acme)) == (
        '{"AnnualRevenue": 100.5, "NumberOfEmployees": 10, "Active__c": true, '
        '"Founded__c": "2026-11-21", "CreatedDate": "2026-11-21T08:00:00.000+0000", '
        '"Types__c": "advocacy;innovation", "Score__c": 1.0, "Share__c": 12.5, '
        '"Opens__c": "08:30:00.000Z", "Website": null, "Place__c": null, '
        '"Description": "long text"}'
    )
    assert zeta["Website"] is None
    assert zeta["NumberOfEmployees"] is None


def test_an_address_is_built_from_its_parts(ask):
    statement = "SELECT BillingAddress FROM Account WHERE Code__c IN ('A', 'B') ORDER BY Code__c"
    with_address, without = ask(statement)[1]
    assert with_address["BillingAddress"] == {
        "city": "Geneva",
        "country": None,
        "geocodeAccuracy": None,
        "latitude": None,
        "longitude": None,
        "postalCode": None,
        "state": None,
        "street": "1 Main St",
    }
    assert without["BillingAddress"] is None


def test_a_file_is_shown_as_the_address_of_its_content(ask):
    record = _first(ask, "SELECT VersionData FROM ContentVersion")
    assert record["VersionData"] == f"{record['attributes']['url']}/VersionData"


def test_related_records_are_nested_and_null_when_absent(ask, plain):
    adams, davis = ask(
        "SELECT LastName, Account.Name, Account.Owner.Name, Account.Owner.Profile.Name, "
        "ReportsTo.LastName FROM Contact WHERE LastName IN ('Brown', 'Davis')"
    )[1]
    assert adams["Account"]["attributes"]["type"] == "Account"
    assert plain(adams) == {
        "LastName": "Brown",
        "Account": {"Name": "Acme", "Owner": {"Name": "Ann", "Profile": {"Name": "Staff"}}},
        "ReportsTo": {"LastName": "Adams"},
    }
    assert plain(davis) == {"LastName": "Davis", "Account": None, "ReportsTo": None}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT Partner__r.Name FROM Due_Diligence__c",
        "SELECT partner__R.name FROM Due_Diligence__c d",
        "SELECT d.Partner__r.Name FROM Due_Diligence__c d",
        "SELECT d.Partner__r.Name FROM Due_Diligence__c AS d",
        "SELECT Due_Diligence__c.Partner__r.Name FROM Due_Diligence__c",
        "SELECT p.Name FROM Due_Diligence__c d, d.Partner__r p",
        "SELECT Partner__r.Name FROM Due_Diligence__c d, Due_Diligence__c.Partner__r",
    ],
)
def test_a_path_may_be_written_in_many_ways(ask, plain, statement):
    assert plain(ask(statement)[1]) == [{"Partner__r": {"Name": "Acme"}}]


def test_a_reference_to_several_objects_shows_what_all_have(ask, plain):
    records = ask(
        "SELECT What.Name, What.Type, What.Id, Who.Name, Owner.Name, Owner.Type, Owner.Email "
        "FROM Task ORDER BY Subject"
    )[1]
    assert records[0]["What"]["attributes"] == {
        "type": "Name",
        "url": f"/services/data/v62.0/sobjects/Account/{_ACME}",
    }
    assert [plain(record["What"]) and record["What"]["Name"] for record in records] == [
        "Acme",
        "Gift 0",
        "DD-0001",
        None,
    ]
    assert [record["What"] and record["What"]["Type"] for record in records][:3] == [
        "Account",
        "Opportunity",
        "Due_Diligence__c",
    ]
    assert plain(records[1]["Owner"]) == {"Name": "Queue", "Type": "Group", "Email": None}
    assert records[0]["Who"]["Name"] == "Pat Adams"
    assert records[1]["Who"] is None


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("What.Type = 'account'", 1),
        ("What.Type IN ('Account', 'Opportunity')", 2),
        ("What.Type = null", 1),
        ("What.Name LIKE 'Gift%'", 1),
        ("Owner.Type = 'Group'", 1),
        ("WhatId = '001Lc0000000000'", 1),
        ("WhatId IN (SELECT Id FROM Account)", 1),
        ("What.Id = '001Lc0000000000'", 1),
    ],
)
def test_a_reference_to_several_objects_can_be_filtered(ask, where, expected):
    assert ask(f"SELECT Id FROM Task WHERE {where}")[0] == expected


def test_typeof_selects_by_the_object_a_record_turns_out_to_be_of(ask, plain):
    records = ask(
        "SELECT Subject, TYPEOF What WHEN Account THEN Name, Industry WHEN Opportunity THEN Amount "
        "ELSE Id, Name END FROM Task ORDER BY Subject"
    )[1]
    assert [plain(record["What"]) for record in records] == [
        {"Name": "Acme", "Industry": "Energy"},
        {"Amount": 10.0},
        {"Id": make_id("a00", 0), "Name": "DD-0001"},
        None,
    ]
    assert records[0]["What"]["attributes"]["type"] == "Account"
    assert list(records[0]) == ["attributes", "Subject", "What"]


def test_typeof_without_else_gives_null_for_other_objects(ask):
    records = ask("SELECT TYPEOF What WHEN Account THEN Phone END FROM Task ORDER BY Subject")[1]
    assert [record["What"] is None for record in records] == [False, True, True, True]


@pytest.mark.parametrize(
    ("group", "seen", "unseen"),
    [
        ("ALL", {"Id", "Code__c", "BillingAddress"}, set()),
        ("STANDARD", {"Id", "Name", "BillingAddress"}, {"Code__c"}),
        ("custom", {"Code__c", "Types__c"}, {"Id", "Name"}),
    ],
)
def test_fields_stands_for_groups_of_fields(ask, group, seen, unseen):
    record = _first(ask, f"SELECT FIELDS({group}) FROM Account LIMIT 200")
    assert seen <= record.keys()
    assert not unseen & record.keys()


def test_functions_show_values_for_people(ask, plain):
    record = _first(
        ask,
        "SELECT FORMAT(AnnualRevenue) money, FORMAT(Founded__c) d, FORMAT(CreatedDate) t, "
        "FORMAT(NumberOfEmployees) n, FORMAT(Share__c) s, toLabel(Industry), toLabel(Type) kind, "
        "convertCurrency(AnnualRevenue), FORMAT(convertCurrency(AnnualRevenue)) c "
        "FROM Account WHERE Code__c = 'A'",
    )
    assert plain(record) == {
        "money": "$100.50",
        "d": "11/21/2026",
        "t": "11/21/2026, 8:00 AM",
        "n": "10",
        "s": "12.5%",
        "Industry": "Energy",
        "kind": "Partner",
        "AnnualRevenue": 100.5,
        "c": "$100.50",
    }


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ("ORDER BY Name", "ABDC"),
        ("ORDER BY Name ASC", "ABDC"),
        ("ORDER BY name desc", "CDBA"),
        ("ORDER BY AnnualRevenue", "BCDA"),
        ("ORDER BY AnnualRevenue ASC NULLS LAST", "CDAB"),
        ("ORDER BY AnnualRevenue NULLS LAST", "CDAB"),
        ("ORDER BY AnnualRevenue DESC", "ADCB"),
        ("ORDER BY AnnualRevenue DESC NULLS FIRST", "BADC"),
        ("ORDER BY Industry, Code__c DESC", "BDAC"),
        ("ORDER BY Owner.Name DESC, Code__c", "CDAB"),
        ("ORDER BY Parent.Parent.Name NULLS FIRST, Code__c", "ABCD"),
        ("ORDER BY CALENDAR_YEAR(CreatedDate), Code__c", "CABD"),
        ("ORDER BY Id LIMIT 2", "AB"),
        ("ORDER BY Id LIMIT 0", ""),
        ("ORDER BY Id LIMIT 2 OFFSET 1", "BC"),
        ("ORDER BY Id OFFSET 3", "D"),
        ("ORDER BY Id OFFSET 2000", ""),
        ("WHERE Code__c != 'A' ORDER BY Id DESC LIMIT 1", "D"),
    ],
)
def test_order_and_window(ask, clauses, expected):
    total, records = ask(f"SELECT Code__c FROM Account {clauses}")
    assert "".join(record["Code__c"] for record in records) == expected
    assert total == len(expected)


@pytest.mark.parametrize(
    "clauses",
    [
        "USING SCOPE mine",
        "USING SCOPE Everything WHERE Id != null",
        "WITH SECURITY_ENFORCED",
        "WHERE Id != null WITH USER_MODE",
        "WITH SYSTEM_MODE",
        "WITH DATA CATEGORY Geography__c AT Europe__c",
        "WITH DATA CATEGORY Geography__c ABOVE_OR_BELOW (Europe__c, Asia__c) AND P__c BELOW x__c",
        "WITH Network = 'x'",
        "FOR VIEW",
        "FOR REFERENCE",
        "FOR UPDATE",
        "FOR VIEW FOR REFERENCE",
        "UPDATE TRACKING",
        "UPDATE VIEWSTAT",
        "ORDER BY Id LIMIT 10 OFFSET 0 FOR VIEW UPDATE TRACKING",
    ],
)
def test_clauses_that_change_nothing_here_are_accepted(ask, clauses):
    assert ask(f"SELECT Id FROM Account {clauses}")[0] == 4


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT Id FROM Group", 1),
        ("SELECT Id, Type FROM Group WHERE Type = 'Queue' ORDER BY Type", 1),
        ("SELECT Id FROM Order ORDER BY Id", 1),
        ("SELECT Order.Id FROM Order", 1),
        ("SELECT o.Id FROM Order o WHERE o.Status = 'Draft' ORDER BY o.Date", 1),
        ("SELECT Type, Date FROM Order WHERE Date = null", 1),
        ("SELECT Type FROM Group GROUP BY Type", 1),
        ("SELECT Id FROM User", 2),
        ("\n\tSELECT\tId\r\nFROM\nUser\n", 2),
        ("SELECT Id,Name FROM User WHERE Name='Ann'OR Name='Bob'", 2),
        ("SELECT COUNT() FROM User", 2),
        ("select count() from User u where u.Name like 'a%'", 1),
        ("SELECT COUNT() FROM User LIMIT 1", 1),
        ("SELECT COUNT ( ) FROM User", 2),
    ],
)
def test_words_and_blanks_are_read_as_an_org_reads_them(ask, statement, expected):
    total, records = ask(statement)
    assert total == expected
    assert len(records) in {0, expected}


def test_count_gives_a_number_and_no_records(ask):
    assert ask("SELECT COUNT() FROM Account WHERE Industry = 'Energy'") == (2, [])


def test_children_are_nested_lists(ask, plain):
    records = ask(
        "SELECT Name, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName DESC), "
        "(SELECT Name FROM DDs__r) FROM Account WHERE Code__c IN ('A', 'C') ORDER BY Code__c"
    )[1]
    assert list(records[0]) == ["attributes", "Name", "Contacts", "DDs__r"]
    assert plain(records) == [
        {
            "Name": "Acme",
            "Contacts": {
                "totalSize": 2,
                "done": True,
                "records": [
                    {"LastName": "Brown", "Account": {"Name": "Acme"}},
                    {"LastName": "Adams", "Account": {"Name": "Acme"}},
                ],
            },
            "DDs__r": {"totalSize": 1, "done": True, "records": [{"Name": "DD-0001"}]},
        },
        {"Name": "zeta_100%", "Contacts": None, "DDs__r": None},
    ]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("SELECT LastName FROM Contacts", ["Adams", "Brown"]),
        ("SELECT LastName FROM Account.Contacts", ["Adams", "Brown"]),
        ("SELECT LastName FROM a.Contacts", ["Adams", "Brown"]),
        ("SELECT c.LastName FROM Contacts c", ["Adams", "Brown"]),
        ("SELECT Contact.LastName FROM Contacts", ["Adams", "Brown"]),
        ("SELECT Contacts.LastName FROM Contacts", ["Adams", "Brown"]),
        ("SELECT LastName FROM Contacts WHERE LastName > 'B'", ["Brown"]),
        ("SELECT LastName FROM Contacts WHERE LastName = 'A' OR LastName = 'Brown'", ["Brown"]),
        ("SELECT LastName FROM Contacts ORDER BY LastName DESC LIMIT 1", ["Brown"]),
        ("SELECT LastName FROM Contacts ORDER BY LastName LIMIT 1", ["Adams"]),
        ("SELECT LastName FROM Contacts LIMIT 0", None),
        ("SELECT LastName FROM Contacts WHERE LastName = 'Nobody'", None),
    ],
)
def test_children_are_filtered_ordered_and_limited_for_each_parent(ask, inner, expected):
    record = _first(ask, f"SELECT Name, ({inner}) FROM Account a WHERE Code__c = 'A'")
    children = record["Contacts"]
    assert children == expected if expected is None else True
    if expected is not None:
        assert [child["LastName"] for child in children["records"]] == expected
        assert children["totalSize"] == len(expected)


def test_a_limit_holds_for_each_parent_and_offset_needs_a_single_one(ask):
    records = ask("SELECT (SELECT LastName FROM Contacts LIMIT 1) FROM Account ORDER BY Id")[1]
    assert [record["Contacts"] and record["Contacts"]["totalSize"] for record in records] == [
        1,
        1,
        None,
        None,
    ]
    inner = "SELECT LastName FROM Contacts ORDER BY LastName LIMIT 5 OFFSET 1"
    only = _first(ask, f"SELECT ({inner}) FROM Account ORDER BY Id LIMIT 1")
    assert [each["LastName"] for each in only["Contacts"]["records"]] == ["Brown"]


def test_children_have_children(ask, plain):
    record = _first(
        ask,
        "SELECT Code__c, (SELECT Code__c, (SELECT Code__c, Parent.Code__c FROM ChildAccounts) "
        "FROM ChildAccounts) FROM Account WHERE ParentId = null",
    )
    child = plain(record)["ChildAccounts"]["records"][0]
    assert child["Code__c"] == "B"
    assert child["ChildAccounts"]["records"] == [{"Code__c": "C", "Parent": {"Code__c": "B"}}]


def test_children_by_a_reference_to_several_objects(ask):
    records = ask("SELECT Name, (SELECT Subject, What.Name FROM Tasks) FROM Account")[1]
    assert records[0]["Tasks"]["records"][0]["What"]["Name"] == "Acme"


def test_deleted_children_are_seen_only_on_request(ask):
    statement = "SELECT (SELECT Id FROM Contacts) FROM Account WHERE Code__c = 'A'"
    assert _first(ask, statement)["Contacts"]["totalSize"] == 2
    assert _first(ask, statement, include_deleted=True)["Contacts"]["totalSize"] == 3


def test_records_are_read_only_as_they_are_asked_for(org_connection, org_schema):
    read = []
    org_connection.set_progress_handler(lambda: read.append(1) and None, 1)
    try:
        rows = run(org_connection, org_schema, "SELECT Id FROM Account", now=_NOW)
        before = len(read)
        assert rows.total_size == 4
        assert next(rows.records)["Id"] == _ACME
        assert len(read) > before
        assert next(rows.records)["Id"] == _EMILE
    finally:
        org_connection.set_progress_handler(None, 0)


def test_a_second_statement_may_run_while_the_first_is_being_read(org_connection, org_schema):
    first = run(org_connection, org_schema, "SELECT Id FROM Account ORDER BY Name", now=_NOW)
    assert next(first.records)["Id"] == _ACME
    second = run(org_connection, org_schema, "SELECT Id FROM Account WHERE Name = 'é'", now=_NOW)
    assert list(second.records) == []
    assert len(list(first.records)) == 3
