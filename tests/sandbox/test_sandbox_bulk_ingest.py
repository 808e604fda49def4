"""Bulk API 2.0 ingest, with simple-salesforce's own client and by hand."""

import csv
import io
import time
from typing import Any

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceOperationError

from crm_sync.sandbox import LocalOrg

FAST = {"wait": 0.01}


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def _ended(api: Any, job: str) -> dict[str, Any]:
    for _ in range(2_000):
        shown = api("GET", f"/jobs/ingest/{job}").json()
        if shown["state"] in {"JobComplete", "Failed", "Aborted"}:
            return shown
        time.sleep(0.005)
    pytest.fail("the job did not end")


def _made(api: Any, **body: str) -> str:
    made = api("POST", "/jobs/ingest", json={"object": "Account", "operation": "insert", **body})
    assert made.status_code == 200, made.text
    return made.json()["id"]


def _put(api: Any, job: str, text: str) -> Any:
    headers = {"Content-Type": "text/csv"}
    return api("PUT", f"/jobs/ingest/{job}/batches", data=text.encode(), headers=headers)


def _ingested(api: Any, text: str, **body: str) -> dict[str, Any]:
    job = _made(api, **body)
    assert _put(api, job, text).status_code == 201
    assert api("PATCH", f"/jobs/ingest/{job}", json={"state": "UploadComplete"}).ok
    return _ended(api, job)


def test_simple_salesforce_inserts_and_reads_what_became(local: LocalOrg, sf: Salesforce) -> None:
    records = [
        {"Name": "Good\n\nLines", "NumberOfEmployees": "12"},
        {"Name": "", "NumberOfEmployees": "3"},
        {"Name": "Bad", "NumberOfEmployees": "many"},
    ]
    (result,) = sf.bulk2.Account.insert(records=records, **FAST)
    assert (result["numberRecordsProcessed"], result["numberRecordsFailed"]) == (3, 2)
    (good,) = _rows(sf.bulk2.Account.get_successful_records(result["job_id"]))
    bad = _rows(sf.bulk2.Account.get_failed_records(result["job_id"]))
    stored = local.org.query("SELECT Id, Name, NumberOfEmployees FROM Account")
    assert [(each["Id"], each["Name"]) for each in stored] == [(good["sf__Id"], "Good\n\nLines")]
    assert good["sf__Created"] == "true"
    assert bad[0]["sf__Error"] == (
        "REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --"
    )
    assert bad[1]["sf__Error"].startswith("INVALID_TYPE_ON_FIELD_IN_RECORD:")
    assert _rows(sf.bulk2.Account.get_unprocessed_records(result["job_id"])) == []


def test_simple_salesforce_updates_upserts_and_deletes(local: LocalOrg, sf: Salesforce) -> None:
    account = local.org.insert("Account", {"Name": "A", "Phone": "1"})
    sf.bulk2.Account.update(records=[{"Id": account, "Name": "B", "Phone": ""}], **FAST)
    (row,) = local.org.query("SELECT Name, Phone FROM Account")
    assert (row["Name"], row["Phone"]) == ("B", "1")  # an empty cell leaves the field as it is
    sf.bulk2.Account.update(records=[{"Id": account, "Phone": "#N/A"}], **FAST)
    (row,) = local.org.query("SELECT Phone FROM Account")
    assert row["Phone"] is None
    task = {"Lifecycle_Key__c": "k/1", "Subject": "S", "WhatId": account}
    for subject in ("S", "T"):
        upserted = [{**task, "Subject": subject}]
        sf.bulk2.Task.upsert(records=upserted, external_id_field="Lifecycle_Key__c", **FAST)
    assert [row["Subject"] for row in local.org.query("SELECT Subject FROM Task")] == ["T"]
    sf.bulk2.Account.delete(records=[{"Id": account}], **FAST)
    assert local.org.query("SELECT Id FROM Account") == []
    assert len(local.org.query("SELECT Id FROM Account", include_deleted=True)) == 1
    sf.bulk2.Account.hard_delete(records=[{"Id": account}], **FAST)
    assert local.org.query("SELECT Id FROM Account", include_deleted=True) == []


def test_a_parent_is_named_by_its_external_id(local: LocalOrg, api: Any) -> None:
    local.org.admin.add_field("Account", "Key__c", "string(40) external unique")
    account = local.org.insert("Account", {"Name": "A", "Key__c": "a1"})
    text = "LastName,Account.Key__c\nNgo,a1\nDiop,none\n"
    ended = _ingested(api, text, object="Contact")
    assert ended["numberRecordsFailed"] == 1
    (row,) = local.org.query("SELECT LastName, AccountId FROM Contact")
    assert (row["LastName"], row["AccountId"]) == ("Ngo", account)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Name,Nope\nA,1\n", "InvalidBatch : Field name not found : Nope"),
        ("Name\r\nA\r\n", "LineEnding is invalid on user data. Current LineEnding setting is LF"),
        ('Name\n"A\n', "InvalidBatch"),
        ("", "InvalidBatch"),
    ],
)
def test_data_that_cannot_be_read_fails_the_job(api: Any, text: str, message: str) -> None:
    ended = _ingested(api, text)
    assert ended["state"] == "Failed"
    assert message in ended["errorMessage"]


def test_a_failed_job_is_an_error_to_simple_salesforce(sf: Salesforce) -> None:
    with pytest.raises(SalesforceOperationError, match="Field name not found"):
        sf.bulk2.Account.insert(records=[{"Nope": "x"}], **FAST)


def test_lines_that_an_abort_left_are_the_unprocessed_ones(local: LocalOrg, api: Any) -> None:
    job = _made(api)
    _put(api, job, "Name\n" + "".join(f"A{number}\n" for number in range(500)))
    with local.org.storage.alone():  # nothing is saved until the job is aborted
        found = local.jobs.find("ingest", job)
        local.jobs.set_state(found, "UploadComplete")
        local.jobs.set_state(found, "Aborted")
    assert _ended(api, job)["numberRecordsProcessed"] == 0
    assert local.org.query("SELECT Id FROM Account") == []


def test_a_job_goes_only_forward(api: Any) -> None:
    job = _made(api)
    early = api("GET", f"/jobs/ingest/{job}/failedResults")
    assert early.json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert _put(api, job, "Name\nA\n").status_code == 201
    assert _put(api, job, "Name\nB\n").json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert api("DELETE", f"/jobs/ingest/{job}").status_code == 400
    api("PATCH", f"/jobs/ingest/{job}", json={"state": "UploadComplete"})
    assert _ended(api, job)["state"] == "JobComplete"
    again = api("PATCH", f"/jobs/ingest/{job}", json={"state": "UploadComplete"})
    assert again.status_code == 400
    assert api("GET", f"/jobs/ingest/{job}/unprocessedrecords").text == '"Name"\n'
    assert api("DELETE", f"/jobs/ingest/{job}").status_code == 204
    assert api("GET", f"/jobs/ingest/{job}").status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"object": "Nope"}, "INVALIDENTITY"),
        ({"operation": "query"}, "INVALIDJOB"),
        ({"operation": "upsert", "externalIdFieldName": "Name"}, "NOT_FOUND"),
    ],
)
def test_a_job_that_cannot_run_is_refused(api: Any, body: dict[str, str], code: str) -> None:
    asked = {"object": "Account", "operation": "insert", **body}
    assert api("POST", "/jobs/ingest", json=asked).json()[0]["errorCode"] == code
