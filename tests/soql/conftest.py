"""A small org: its schema, its rows, and ways to ask it."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from crm_sync.sandbox.ids import make_id
from crm_sync.sandbox.schema import Field, Schema, SObject
from crm_sync.sandbox.soql import SoqlError, run

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # a Saturday
STAMP = "2026-11-20T10:00:00.000+0000"
_TYPES = {"boolean": "INTEGER", "int": "INTEGER", "double": "REAL"}
_TYPES |= {"currency": "REAL", "percent": "REAL"}


def _lookup(name: str, to: str, relationship: str, children: str | None = None) -> Field:
    return Field(
        name,
        "reference",
        reference_to=tuple(to.split()),
        relationship_name=relationship,
        child_relationship=children,
    )


def _sobject(name: str, prefix: str, *own: Field) -> SObject:
    common = (
        Field("Id", "id"),
        Field("IsDeleted", "boolean"),
        Field("Name", "string", length=255),
        Field("CreatedDate", "datetime"),
        Field("SystemModstamp", "datetime"),
    )
    fields = {field.name.lower(): field for field in (*common, *own)}
    return SObject(name, name, f"{name}s", prefix, fields)


_OBJECTS = (
    _sobject(
        "Account",
        "001",
        _lookup("OwnerId", "User", "Owner"),
        _lookup("ParentId", "Account", "Parent", "ChildAccounts"),
        Field("Industry", "picklist"),
        Field("Type", "picklist"),
        Field("AnnualRevenue", "currency"),
        Field("NumberOfEmployees", "int"),
        Field("Description", "textarea", length=32000),
        Field("Website", "url"),
        Field("Phone", "phone"),
        Field("BillingStreet", "textarea", length=255, compound="BillingAddress"),
        Field("BillingCity", "string", compound="BillingAddress"),
        Field("BillingAddress", "address"),
        Field("Code__c", "string", length=8),
        Field("Active__c", "boolean"),
        Field("Founded__c", "date"),
        Field("Types__c", "multipicklist"),
        Field("Score__c", "double"),
        Field("Share__c", "percent"),
        Field("Opens__c", "time"),
        Field("Secret__c", "encryptedstring"),
        Field("Place__c", "location"),
    ),
    _sobject(
        "Contact",
        "003",
        _lookup("AccountId", "Account", "Account", "Contacts"),
        _lookup("ReportsToId", "Contact", "ReportsTo"),
        _lookup("OwnerId", "User", "Owner"),
        Field("LastName", "string"),
        Field("Email", "email"),
    ),
    _sobject("User", "005", _lookup("ProfileId", "Profile", "Profile"), Field("Alias", "string")),
    _sobject("Profile", "00e"),
    _sobject("Group", "00G", Field("Type", "picklist"), Field("Email", "email")),
    _sobject(
        "Order",
        "801",
        _lookup("AccountId", "Account", "Account", "Orders"),
        Field("Status", "picklist"),
        Field("Type", "picklist"),
        Field("Date", "date"),
    ),
    _sobject(
        "Opportunity",
        "006",
        _lookup("AccountId", "Account", "Account", "Opportunities"),
        Field("Amount", "currency"),
        Field("CloseDate", "date"),
        Field("StageName", "picklist"),
        Field("Description", "textarea", length=32000),
    ),
    _sobject(
        "Task",
        "00T",
        _lookup("WhatId", "Account Opportunity Due_Diligence__c", "What", "Tasks"),
        _lookup("WhoId", "Contact Lead", "Who", "Tasks"),
        _lookup("OwnerId", "Group User", "Owner"),
        Field("Subject", "combobox"),
    ),
    _sobject("Due_Diligence__c", "a00", _lookup("Partner__c", "Account", "Partner__r", "DDs__r")),
    _sobject(
        "ContentVersion",
        "068",
        _lookup("OwnerId", "User", "Owner"),
        Field("VersionData", "base64"),
    ),
)


def _rows() -> Iterator[tuple[str, dict[str, Any]]]:
    ids = {name: [make_id(prefix, n) for n in range(8)] for name, prefix in _PREFIXES.items()}
    account, contact, user = ids["Account"], ids["Contact"], ids["User"]
    yield "Profile", {"Id": ids["Profile"][0], "Name": "Staff"}
    yield "User", {"Id": user[0], "Name": "Ann", "Alias": "ann", "ProfileId": ids["Profile"][0]}
    yield "User", {"Id": user[1], "Name": "Bob", "Alias": "bob"}
    yield "Group", {"Id": ids["Group"][0], "Name": "Queue", "Type": "Queue"}
    yield from (
        ("Account", row)
        for row in (
            {
                "Id": account[0],
                "Code__c": "A",
                "Name": "Acme",
                "OwnerId": user[0],
                "Industry": "Energy",
                "Type": "Partner",
                "AnnualRevenue": 100.5,
                "NumberOfEmployees": 10,
                "Description": "long text",
                "BillingStreet": "1 Main St",
                "BillingCity": "Geneva",
                "Active__c": 1,
                "Founded__c": "2026-11-21",
                "CreatedDate": "2026-11-21T08:00:00.000+0000",
                "Types__c": "advocacy;innovation",
                "Score__c": 1,
                "Share__c": 12.5,
                "Opens__c": "08:30:00.000Z",
            },
            {
                "Id": account[1],
                "Code__c": "B",
                "Name": "Émile & Fils",
                "OwnerId": user[0],
                "ParentId": account[0],
                "NumberOfEmployees": 20,
                "Active__c": 0,
                "CreatedDate": "2026-11-20T23:59:59.999+0000",
                "Types__c": "innovation",
            },
            {
                "Id": account[2],
                "Code__c": "C",
                "Name": "zeta_100%",
                "OwnerId": user[1],
                "ParentId": account[1],
                "Industry": "Media",
                "AnnualRevenue": -5.0,
                "Active__c": 1,
                "Founded__c": "2025-12-31",
                "CreatedDate": "2025-12-31T00:00:00.000+0000",
                "Website": "",
            },
            {
                "Id": account[3],
                "Code__c": "D",
                "Name": "O'Brien \\ Co",
                "OwnerId": user[1],
                "ParentId": account[2],
                "Industry": "energy",
                "Type": "Partner",
                "AnnualRevenue": 7.0,
                "NumberOfEmployees": 10,
                "Founded__c": "2026-08-15",
                "CreatedDate": "2026-08-15T12:30:00.000+0000",
                "Types__c": "advocacy;innovation;resource",
            },
            {"Id": account[4], "Code__c": "X", "Name": "Gone", "IsDeleted": 1},
        )
    )
    for place, (name, parent) in enumerate(
        (("Adams", 0), ("Brown", 0), ("Clark", 1), ("Davis", None), ("Evans", 4))
    ):
        yield (
            "Contact",
            {
                "Id": contact[place],
                "Name": f"Pat {name}",
                "LastName": name,
                "AccountId": None if parent is None else account[parent],
                "OwnerId": user[0],
                "ReportsToId": contact[0] if place == 1 else None,
            },
        )
    yield (
        "Contact",
        {"Id": contact[6], "LastName": "Late", "AccountId": account[0], "IsDeleted": 1},
    )
    for place, (parent, amount, day, stage) in enumerate(
        (
            (0, 10.0, "2026-11-21", "Won"),
            (0, 20.0, "2026-10-05", "Won"),
            (1, None, "2025-01-31", "Lost"),
            (None, 5.5, None, None),
        )
    ):
        yield (
            "Opportunity",
            {
                "Id": ids["Opportunity"][place],
                "Name": f"Gift {place}",
                "AccountId": None if parent is None else account[parent],
                "Amount": amount,
                "CloseDate": day,
                "StageName": stage,
            },
        )
    dd = ids["Due_Diligence__c"][0]
    yield "Due_Diligence__c", {"Id": dd, "Name": "DD-0001", "Partner__c": account[0]}
    for place, (what, who, owner) in enumerate(
        (
            (account[0], contact[0], user[0]),
            (ids["Opportunity"][0], None, ids["Group"][0]),
            (dd, None, user[1]),
            (None, None, user[1]),
        )
    ):
        yield (
            "Task",
            {
                "Id": ids["Task"][place],
                "Subject": f"Call {place}",
                "WhatId": what,
                "WhoId": who,
                "OwnerId": owner,
            },
        )
    yield "Order", {"Id": ids["Order"][0], "Status": "Draft", "AccountId": account[0]}
    yield "ContentVersion", {"Id": ids["ContentVersion"][0], "Name": "f.txt", "OwnerId": user[0]}


_PREFIXES = {each.name: each.key_prefix for each in _OBJECTS}


def _insert(connection: sqlite3.Connection, name: str, row: dict[str, Any]) -> None:
    known = {"IsDeleted": 0, "SystemModstamp": STAMP, "CreatedDate": STAMP} | row
    columns = ", ".join(f'"{column}"' for column in known)
    marks = ", ".join("?" * len(known))
    connection.execute(f'INSERT INTO "{name}" ({columns}) VALUES ({marks})', list(known.values()))


@pytest.fixture(scope="session")
def org_schema() -> Schema:
    return Schema({each.name.lower(): each for each in _OBJECTS})


@pytest.fixture(scope="session")
def org_connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    for each in _OBJECTS:
        stored = [
            field for field in each.fields.values() if field.type not in {"address", "base64"}
        ]
        columns = ", ".join(f'"{field.name}" {_TYPES.get(field.type, "TEXT")}' for field in stored)
        connection.execute(f'CREATE TABLE "{each.name}" ({columns}, PRIMARY KEY ("Id"))')
    for name, row in _rows():
        _insert(connection, name, row)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def ask_of(org_schema: Schema) -> Callable[..., tuple[int, list[dict[str, Any]]]]:
    """Return what runs a statement on a connection: its number of rows and its records."""

    def asked(
        connection: sqlite3.Connection, text: str, **options: Any
    ) -> tuple[int, list[dict[str, Any]]]:
        rows = run(connection, org_schema, text, now=NOW, **options)
        return rows.total_size, list(rows.records)

    return asked


@pytest.fixture(scope="session")
def ask(
    org_connection: sqlite3.Connection, ask_of: Callable[..., Any]
) -> Callable[..., tuple[int, list[dict[str, Any]]]]:
    """Return what runs a statement: its number of rows and its records."""
    return partial(ask_of, org_connection)


@pytest.fixture
def codes(ask: Callable[..., Any]) -> Callable[[str], str]:
    """Return what gives the codes of the accounts that pass a WHERE, in the order of their ids."""

    def found(where: str) -> str:
        total, records = ask(f"SELECT Code__c FROM Account WHERE {where} ORDER BY Id")
        assert total == len(records)
        return "".join(record["Code__c"] for record in records)

    return found


@pytest.fixture
def refusal(ask: Callable[..., Any]) -> Callable[..., SoqlError]:
    """Return what gives the error of a statement that must be refused."""

    def refused(text: str, **options: Any) -> SoqlError:
        with pytest.raises(SoqlError) as caught:
            ask(text, **options)
        return caught.value

    return refused


@pytest.fixture
def plain() -> Callable[[Any], Any]:
    """Return what strips attributes from records."""

    def stripped(value: Any) -> Any:
        if isinstance(value, list):
            return [stripped(each) for each in value]
        if isinstance(value, dict):
            return {key: stripped(each) for key, each in value.items() if key != "attributes"}
        return value

    return stripped
