"""What a user may not see or edit is not described, not read and not written."""

from typing import Any

import pytest

from crm_sync.sandbox import LocalOrg, OrgError

STAGE = "Lifecycle_Stage__c"


def _fields(api: Any, name: str) -> dict[str, dict[str, Any]]:
    described = api("GET", f"/sobjects/{name}/describe").json()
    return {each["name"]: each for each in described["fields"]}


def test_a_hidden_field_is_not_there_and_one_to_read_cannot_be_edited(
    local: LocalOrg, api: Any
) -> None:
    record = local.org.insert("Account", {"Name": "Acme", STAGE: "active"})
    local.org.admin.set_access("Account", STAGE, "read")
    assert _fields(api, "Account")[STAGE]["updateable"] is False
    with pytest.raises(OrgError, match="security settings"):
        local.org.update("Account", record, {STAGE: "closed"})

    local.org.admin.set_access("Account", STAGE, "none")
    assert STAGE not in _fields(api, "Account")
    refused = api("GET", "/query", params={"q": f"SELECT {STAGE} FROM Account"})
    assert refused.json()[0]["errorCode"] == "INVALID_FIELD"

    local.org.admin.set_access("Account", STAGE, "edit")
    local.org.update("Account", record, {STAGE: "closed"})


def test_others_keep_their_rights(local: LocalOrg) -> None:
    record = local.org.insert("Account", {"Name": "Acme"})
    local.org.admin.set_access("Account", STAGE, "read")
    local.org.update("Account", record, {STAGE: "closed"}, user="claire@local.example")


def test_an_object_may_be_hidden_or_only_read(local: LocalOrg, api: Any) -> None:
    local.org.admin.set_access("Task", None, "read")
    assert api("GET", "/sobjects/Task/describe").json()["createable"] is False
    with pytest.raises(OrgError, match="insufficient access"):
        local.org.insert("Task", {"Subject": "Call"})
    local.org.admin.set_access("Contract", None, "none")
    assert api("GET", "/sobjects/Contract/describe").status_code == 404
    names = {each["name"] for each in api("GET", "/sobjects").json()["sobjects"]}
    assert "Contract" not in names and "Task" in names


def test_the_org_tells_which_fields_have_their_history_kept(local: LocalOrg) -> None:
    asked = (
        "SELECT QualifiedApiName FROM FieldDefinition "
        f"WHERE EntityDefinitionId = 'Account' AND QualifiedApiName = '{STAGE}' "
        "AND IsFieldHistoryTracked = true"
    )
    assert len(local.org.query(asked)) == 1
    local.org.admin.change_field("Account", STAGE, "picklist(active|closed)")
    assert local.org.query(asked) == []
