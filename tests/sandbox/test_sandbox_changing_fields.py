"""Fields that come, go and change their type while clients use the org."""

from pathlib import Path
from typing import Any

import pytest

from crm_sync.sandbox import LocalOrg, Org, OrgError, SandboxError
from crm_sync.sandbox.schema import Schema


def _field(api: Any, name: str) -> dict[str, Any] | None:
    fields = api("GET", "/sobjects/Account/describe").json()["fields"]
    return next((each for each in fields if each["name"] == name), None)


def test_a_new_field_is_described_written_and_queried_at_once(local: LocalOrg, api: Any) -> None:
    account = local.org.insert("Account", {"Name": "A"})
    assert _field(api, "Tier__c") is None
    local.org.admin.add_field("Account", "Tier__c", "picklist(Gold|Silver) restricted")
    described = _field(api, "Tier__c")
    assert described is not None
    assert [each["value"] for each in described["picklistValues"]] == ["Gold", "Silver"]
    assert api.query("SELECT Tier__c FROM Account")["records"][0]["Tier__c"] is None
    assert api("PATCH", f"/sobjects/Account/{account}", json={"Tier__c": "Gold"}).ok
    assert api.query("SELECT Id FROM Account WHERE Tier__c = 'Gold'")["totalSize"] == 1


def test_a_removed_field_is_unknown_at_once(local: LocalOrg, api: Any) -> None:
    local.org.admin.add_field("Account", "Key__c", "string(20) external unique")
    local.org.insert("Account", {"Name": "A", "Key__c": "k"})
    local.org.admin.remove_field("account", "Key__c")
    assert _field(api, "Key__c") is None
    (error,) = api.query("SELECT Key__c FROM Account")
    assert error["errorCode"] == "INVALID_FIELD"
    local.org.admin.add_field("Account", "Key__c", "string(20)")
    assert api.query("SELECT Key__c FROM Account")["records"][0]["Key__c"] is None


def test_a_changed_type_keeps_what_it_can_hold_and_leaves_stamps_alone(
    local: LocalOrg, api: Any
) -> None:
    local.org.admin.add_field("Account", "Size__c", "string(20)")
    for name, size in (("A", "12"), ("B", "many"), ("C", None)):
        local.org.insert("Account", {"Name": name, "Size__c": size})
    before = api.query("SELECT SystemModstamp FROM Account")["records"]
    local.org.admin.change_field("Account", "Size__c", "double(10,2)")
    described = _field(api, "Size__c")
    assert described is not None
    assert described["type"] == "double"
    rows = api.query("SELECT Size__c FROM Account ORDER BY Name")["records"]
    assert [row["Size__c"] for row in rows] == [12.0, None, None]
    assert api.query("SELECT SystemModstamp FROM Account")["records"] == before
    local.org.admin.change_field("Account", "Size__c", "boolean")
    rows = api.query("SELECT Size__c FROM Account ORDER BY Name")["records"]
    assert [row["Size__c"] for row in rows] == [False, False, False]


def test_changes_outlive_the_org(schema: Schema, tmp_path: Path) -> None:
    path = tmp_path / "org.db"
    with Org(schema, path=path) as org:
        org.admin.add_field("Account", "One__c", "string(20)")
        org.admin.add_field("Account", "Two__c", "string(20)")
        org.admin.remove_field("Account", "Two__c")
        org.insert("Account", {"Name": "A", "One__c": "1"})
    with Org(schema, path=path) as org:
        (row,) = org.query("SELECT One__c FROM Account")
        assert row["One__c"] == "1"
        assert org.schema.objects["account"].field("Two__c") is None


def test_a_rollup_is_recalculated_without_a_trace(local: LocalOrg, api: Any) -> None:
    account = local.org.insert("Account", {"Name": "A"})
    before = api.query("SELECT SystemModstamp, LastModifiedDate FROM Account")["records"]
    local.org.admin.recalculate("Account", account, {"npo02__TotalOppAmount__c": 12.5})
    (row,) = api.query("SELECT npo02__TotalOppAmount__c FROM Account")["records"]
    assert row["npo02__TotalOppAmount__c"] == 12.5
    assert api.query("SELECT SystemModstamp, LastModifiedDate FROM Account")["records"] == before
    with pytest.raises(OrgError, match="No such column"):
        local.org.admin.recalculate("Account", account, {"Nope": 1})


def test_what_cannot_be_changed_is_refused(local: LocalOrg) -> None:
    admin = local.org.admin
    with pytest.raises(SandboxError, match="no object Nope"):
        admin.add_field("Nope", "X__c", "string")
    with pytest.raises(SandboxError, match="not a custom field"):
        admin.remove_field("Account", "Name")
    with pytest.raises(SandboxError, match="has no field X__c"):
        admin.change_field("Account", "X__c", "string")
    admin.add_field("Account", "X__c", "string")
    with pytest.raises(SandboxError, match="already has a field X__c"):
        admin.add_field("Account", "X__c", "int")
