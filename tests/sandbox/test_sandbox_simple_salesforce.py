from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from simple_salesforce import Salesforce, format_soql
from simple_salesforce.exceptions import (
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)

from crm_sync.sandbox import LocalOrg


def test_a_record_lives_its_life(sf: Salesforce) -> None:
    made = sf.Account.create({"Name": "Acme", "BillingCountry": "Kenya"})
    assert made["success"]
    assert sf.Account.update(made["id"], {"Industry": "Energy"}) == 204
    assert sf.Account.get(made["id"])["Industry"] == "Energy"
    assert sf.Account.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        sf.Account.get(made["id"])


def test_query_all_iter_reads_every_page(local: LocalOrg, sf: Salesforce) -> None:
    local.org.load({"Contact": [{"LastName": f"n{number}"} for number in range(5_001)]})
    names = {each["LastName"] for each in sf.query_all_iter("SELECT LastName FROM Contact")}
    assert len(names) == 5_001
    assert sf.query_all("SELECT Id FROM Contact")["totalSize"] == 5_001


def test_children_come_with_their_parent(local: LocalOrg, sf: Salesforce) -> None:
    account = local.org.insert("Account", {"Name": "a"})
    for name in ("x", "y"):
        local.org.insert("Contact", {"LastName": name, "AccountId": account})
    text = "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account"
    (record,) = sf.query(text)["records"]
    assert [each["LastName"] for each in record["Contacts"]["records"]] == ["x", "y"]


def test_quotes_in_a_query_are_text(local: LocalOrg, sf: Salesforce) -> None:
    local.org.insert("Account", {"Name": "O'Hara \\ Söhne"})
    text = format_soql("SELECT Id FROM Account WHERE Name = {}", "O'Hara \\ Söhne")
    assert sf.query(text)["totalSize"] == 1


def test_incremental_reading_by_stamp(local: LocalOrg, sf: Salesforce) -> None:
    local.org.insert("Account", {"Name": "a"})
    for hours, count in ((-1, 1), (1, 0)):
        since = datetime.now(UTC) + timedelta(hours=hours)
        text = format_soql("SELECT Id FROM Account WHERE SystemModstamp > {}", since)
        assert sf.query(text)["totalSize"] == count


def test_upsert_creates_then_changes(sf: Salesforce) -> None:
    assert sf.Task.upsert("Lifecycle_Key__c/p-1", {"Subject": "a"}) == 201
    assert sf.Task.upsert("Lifecycle_Key__c/p-1", {"Subject": "b"}) == 200
    assert sf.Task.get_by_custom_id("Lifecycle_Key__c", "p-1")["Subject"] == "b"


def test_several_matches_are_its_own_error(local: LocalOrg, sf: Salesforce) -> None:
    local.org.load({"Task": [{"Lifecycle_Key__c": "k"}] * 2})
    with pytest.raises(SalesforceMoreThanOneRecord):
        sf.Task.get_by_custom_id("Lifecycle_Key__c", "k")


def test_refusals_arrive_with_their_code(sf: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest) as caught:
        sf.query("SELECT Nope FROM Account")
    assert caught.value.content[0]["errorCode"] == "INVALID_FIELD"
    with pytest.raises(SalesforceMalformedRequest) as caught:
        sf.Account.create({})
    assert caught.value.content[0]["fields"] == ["Name"]


def test_limits_and_usage_are_read(sf: Salesforce) -> None:
    limits = sf.limits()
    used = sf.api_usage["api-usage"].used
    assert limits["DailyApiRequests"]["Remaining"] == 100_000 - used


def test_collections_through_restful(sf: Salesforce) -> None:
    contact: dict[str, Any] = {"attributes": {"type": "Contact"}}
    body = {"records": [{**contact, "LastName": "a"}, contact]}
    good, bad = sf.restful("composite/sobjects", method="POST", json=body)
    assert good["success"] and good["id"].startswith("003")
    assert [each["statusCode"] for each in bad["errors"]] == ["REQUIRED_FIELD_MISSING"]
