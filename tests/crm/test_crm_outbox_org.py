"""Writing to an org and reading it back: what was asked for is there, once."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_sync.outbox import Write, deliver
from crm_sync.salesforce import CrmSettings, Session, connect
from crm_sync.sandbox import LocalOrg, load_schema

METADATA = Path(__file__).parents[2] / "salesforce"
KEY = "Lifecycle_Key__c"


@pytest.fixture
def local() -> Iterator[LocalOrg]:
    with LocalOrg.start(load_schema(METADATA)) as started:
        yield started


@pytest.fixture
def session(local: LocalOrg) -> Iterator[Session]:
    given: dict[str, Any] = local.login
    opened = connect(CrmSettings.model_validate(given))
    yield opened
    opened.close()


def writes(account: str) -> list[Write]:
    standing = {"Lifecycle_Stage__c": "diligence", "Lifecycle_Next_Step__c": "Assess"}
    draft = base64.b64encode(b"<p>Dear Ana</p>").decode()
    file = {
        KEY: "f1",
        "Title": "Draft",
        "PathOnClient": "draft.html",
        "VersionData": draft,
        "FirstPublishLocationId": account,
    }
    return [
        Write("w1", "Account", "update", account, None, standing),
        Write("t1", "Task", "upsert", None, KEY, {KEY: "t1", "Subject": "x", "WhatId": account}),
        Write("t2", "Task", "upsert", None, KEY, {KEY: "t2", "Subject": "y", "WhatId": account}),
        Write("f1", "ContentVersion", "create", None, KEY, file),
    ]


def test_everything_arrives_once_however_often_it_is_delivered(
    local: LocalOrg, session: Session
) -> None:
    account = local.org.insert("Account", {"Name": "Acme"})
    first = {each.key: each for each in deliver(session, writes(account))}
    again = {each.key: each for each in deliver(session, writes(account))}
    assert all(each.ok for each in [*first.values(), *again.values()])
    assert {key: each.created for key, each in first.items()} == {
        "w1": False,
        "t1": True,
        "t2": True,
        "f1": True,
    }
    assert not any(each.created for each in again.values())
    assert {key: each.record_id for key, each in first.items()} == {
        key: each.record_id for key, each in again.items()
    }
    [stored] = local.org.query("SELECT Lifecycle_Stage__c FROM Account")
    assert stored["Lifecycle_Stage__c"] == "diligence"
    assert len(local.org.query("SELECT Id FROM Task")) == 2
    assert len(local.org.query("SELECT Id FROM ContentVersion")) == 1
    links = local.org.query(
        f"SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId = '{account}'"
    )
    assert len(links) == 1


def test_a_row_that_the_org_refuses_takes_no_other_with_it(
    local: LocalOrg, session: Session
) -> None:
    account = local.org.insert("Account", {"Name": "Acme"})
    wrong = Write("w2", "Account", "update", account, None, {"Lifecycle_Stage__c": "nonsense"})
    gone = local.org.insert("Account", {"Name": "Gone"})
    local.org.delete("Account", gone)
    lost = Write("w3", "Account", "update", gone, None, {"Lifecycle_Stage__c": "active"})
    found = {each.key: each for each in deliver(session, [*writes(account), wrong, lost])}
    assert {key for key, each in found.items() if not each.ok} == {"w2", "w3"}
    assert found["w3"].error_code == "ENTITY_IS_DELETED"
    assert not found["w2"].retryable
    assert found["w2"].message
