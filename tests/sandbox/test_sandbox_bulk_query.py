"""Bulk API 2.0 queries: the job, its pages, and the CSV exactly as Salesforce writes it."""

import csv
import gzip
import io
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceOperationError

from crm_sync.sandbox import LocalOrg
from crm_sync.sandbox.jobs import Job, JobState
from crm_sync.sandbox.schema import Schema


def _finished(api: Any, job: str) -> dict[str, Any]:
    for _ in range(2_000):
        shown = api("GET", f"/jobs/query/{job}").json()
        if shown["state"] in {"JobComplete", "Failed", "Aborted"}:
            return shown
        time.sleep(0.005)
    pytest.fail("the job did not end")


def _job(api: Any, query: str, **more: str) -> dict[str, Any]:
    made = api("POST", "/jobs/query", json={"operation": "query", "query": query, **more})
    assert made.status_code == 200, made.text
    return _finished(api, made.json()["id"])


def _text(api: Any, query: str, **more: str) -> str:
    job = _job(api, query, **more)
    return api("GET", f"/jobs/query/{job['id']}/results").content.decode()


def test_simple_salesforce_reads_pages_and_comes_to_the_end(
    local: LocalOrg, sf: Salesforce
) -> None:
    local.org.load({"Account": [{"Name": f"A{number}"} for number in range(7)]})
    pages = list(sf.bulk2.Account.query("SELECT Id, Name FROM Account", max_records=3, wait=0.01))
    names = [row["Name"] for page in pages for row in csv.DictReader(io.StringIO(page))]
    assert [len(page.splitlines()) - 1 for page in pages] == [3, 3, 1]
    assert names == [f"A{number}" for number in range(7)]


def test_simple_salesforce_downloads_to_files(
    local: LocalOrg, sf: Salesforce, tmp_path: Path
) -> None:
    local.org.load({"Account": [{"Name": "Ünal\n“x”"}, {"Name": "B"}]})
    query = "SELECT Name FROM Account"
    (page,) = sf.bulk2.Account.download(query, path=str(tmp_path), wait=0.01)
    text = Path(page["file"]).read_text("utf-8")
    assert page["number_of_records"] == 2
    assert text == '"Name"\n"Ünal\n“x”"\n"B"\n'


def test_every_kind_of_value_is_written_as_salesforce_does(local: LocalOrg, api: Any) -> None:
    org = local.org
    account = org.insert("Account", {"Name": 'The "A", B', "NumberOfEmployees": 12_345_678})
    org.load(
        {
            "Opportunity": [
                {
                    "Name": "line one\nline two",
                    "StageName": "Prospecting",
                    "CloseDate": "2026-02-28",
                    "Amount": amount,
                    "AccountId": account,
                    "CreatedDate": "2026-01-02T03:04:05Z",
                }
                for amount in (1500, 0, 80_000_000, 14_412_092.88, None)
            ]
        }
    )
    text = _text(
        api,
        "SELECT Name, Amount, IsWon, CloseDate, CreatedDate, Account.Name, "
        "account.numberofemployees, Description FROM Opportunity ORDER BY Id",
    )
    head, first, *rest = csv.reader(io.StringIO(text))
    assert head == [
        *("Name", "Amount", "IsWon", "CloseDate", "CreatedDate", "Account.Name"),
        *("Account.NumberOfEmployees", "Description"),
    ]
    assert first == [
        *("line one\nline two", "1500.0", "false", "2026-02-28", "2026-01-02T03:04:05.000Z"),
        *('The "A", B', "12345678", ""),
    ]
    assert [row[1] for row in rest] == ["0.0", "8.0E7", "1.441209288E7", ""]
    assert '"line one\nline two","1500.0","false"' in text
    assert text.endswith(',"12345678",""\n')


def test_a_nul_within_a_text_is_kept(local: LocalOrg, api: Any) -> None:
    local.org.insert("Account", {"Name": 'a\0"b"', "Description": "plain"})
    text = _text(api, "SELECT Name, Description FROM Account")
    assert text == '"Name","Description"\n"a\0""b""","plain"\n'


@pytest.mark.parametrize(
    ("delimiter", "character"),
    [("TAB", "\t"), ("PIPE", "|"), ("SEMICOLON", ";"), ("CARET", "^"), ("BACKQUOTE", "`")],
)
def test_columns_and_lines_end_as_asked(
    local: LocalOrg, api: Any, delimiter: str, character: str
) -> None:
    local.org.insert("Account", {"Name": "A"})
    text = _text(
        api, "SELECT Name, Type FROM Account", columnDelimiter=delimiter, lineEnding="CRLF"
    )
    assert text == f'"Name"{character}"Type"\r\n"A"{character}""\r\n'


def test_a_job_tells_all_that_clients_ask_of_it(api: Any) -> None:
    body = {"operation": "queryAll", "query": "SELECT Id FROM Account"}
    made = api("POST", "/jobs/query", json=body).json()
    assert made["id"].startswith("750")
    shown = {name: made[name] for name in ("operation", "object", "state", "apiVersion")}
    assert shown == {
        "operation": "queryAll",
        "object": "Account",
        "state": "UploadComplete",
        "apiVersion": 62.0,
    }
    ended = _finished(api, made["id"])
    assert (ended["jobType"], ended["numberRecordsProcessed"]) == ("V2Query", 0)
    assert api("GET", "/jobs/query").json()["records"][0]["id"] == made["id"]


def test_no_rows_are_a_header_and_the_end(api: Any) -> None:
    job = _job(api, "SELECT Id, Name FROM Account")
    page = api("GET", f"/jobs/query/{job['id']}/results")
    assert page.text == '"Id","Name"\n'
    assert page.headers["Sforce-NumberOfRecords"] == "0"
    assert page.headers["Sforce-Locator"] == "null"
    assert page.headers["Content-Type"].startswith("text/csv")


def test_query_all_reads_the_bin_too(local: LocalOrg, api: Any) -> None:
    gone = local.org.insert("Account", {"Name": "Gone"})
    local.org.delete("Account", gone)
    query = "SELECT Name, IsDeleted FROM Account"
    assert _text(api, query) == '"Name","IsDeleted"\n'
    assert _text(api, query, operation="queryAll") == '"Name","IsDeleted"\n"Gone","true"\n'


def test_a_result_is_what_the_org_held_when_the_job_ran(local: LocalOrg, api: Any) -> None:
    kept = local.org.insert("Account", {"Name": "Before"})
    job = _job(api, "SELECT Name FROM Account")
    local.org.update("Account", kept, {"Name": "After"})
    assert api("GET", f"/jobs/query/{job['id']}/results").text == '"Name"\n"Before"\n'


def test_a_locator_gives_the_same_page_again_after_the_server_was_started_anew(
    schema: Schema, tmp_path: Path, served: Any
) -> None:
    path = tmp_path / "org.db"
    with LocalOrg.start(schema, path=path) as local, served(local) as api:
        local.org.load({"Account": [{"Name": f"A{number}"} for number in range(5)]})
        job = _job(api, "SELECT Name FROM Account")["id"]
        first = api("GET", f"/jobs/query/{job}/results?maxRecords=2")
        locator = first.headers["Sforce-Locator"]
    with LocalOrg.start(schema, path=path) as local, served(local) as api:
        for _ in range(2):
            page = api("GET", f"/jobs/query/{job}/results?maxRecords=2&locator={locator}")
            assert page.text == '"Name"\n"A2"\n"A3"\n'


def test_a_job_that_a_stop_interrupted_runs_again(
    schema: Schema, tmp_path: Path, served: Any
) -> None:
    path = tmp_path / "org.db"
    with LocalOrg.start(schema, path=path) as local, served(local) as api:
        local.org.insert("Account", {"Name": "A"})
        query = local.jobs.find("query", _job(api, "SELECT Name FROM Account")["id"])
        local.jobs.store.save(replace(query, state=JobState.IN_PROGRESS))
        body = {"operation": "insert", "object": "Account"}
        made = api("POST", "/jobs/ingest", json=body).json()["id"]
        ingest = local.jobs.find("ingest", made)
        local.jobs.store.save(replace(ingest, state=JobState.IN_PROGRESS))
    with LocalOrg.start(schema, path=path) as local, served(local) as api:
        assert _finished(api, query.id)["state"] == "JobComplete"
        assert api("GET", f"/jobs/query/{query.id}/results").text == '"Name"\n"A"\n'
        # some of its records may have been saved: nobody could say which
        assert api("GET", f"/jobs/ingest/{ingest.id}").json()["state"] == "Failed"


def test_pages_are_compressed_for_who_can_read_that(local: LocalOrg, api: Any) -> None:
    local.org.load({"Account": [{"Name": "A"}] * 1_000})
    job = _job(api, "SELECT Name FROM Account")
    path = f"/jobs/query/{job['id']}/results"
    packed = api("GET", path, headers={"Accept-Encoding": "gzip"}, stream=True)
    plain = api("GET", path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.raw.read(decode_content=False)) == plain.content
    assert int(plain.headers["Content-Length"]) == len(plain.content)


def test_a_job_that_ended_can_be_deleted_and_an_aborted_one_stays_so(
    local: LocalOrg, api: Any
) -> None:
    job = _job(api, "SELECT Name FROM Account")["id"]
    assert api("PATCH", f"/jobs/query/{job}", json={"state": "Aborted"}).status_code == 400
    assert api("DELETE", f"/jobs/query/{job}").status_code == 204
    assert api("GET", f"/jobs/query/{job}").status_code == 404
    assert not list(local.org.storage.folder.iterdir())


def test_an_aborted_job_has_no_results(local: LocalOrg, api: Any, sf: Salesforce) -> None:
    with local.org.storage.alone():  # the job cannot say that it begins
        made = local.jobs.add(lambda new, now: _waiting(new, now, "SELECT Id FROM Account"))
        local.jobs.set_state(made, "Aborted")
    assert _finished(api, made.id)["state"] == "Aborted"
    refused = api("GET", f"/jobs/query/{made.id}/results")
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    handler = sf.bulk2.Account._client
    with pytest.raises(SalesforceOperationError):
        handler.wait_for_job(made.id, is_query=True, wait=0.01)


def _waiting(new: str, now: str, query: str) -> Job:
    state = JobState.UPLOAD_COMPLETE
    return Job(new, "query", "query", "Account", "005", "62.0", now, now, state, query=query)


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        (
            "SELECT BillingAddress FROM Account",
            "FUNCTIONALITY_NOT_ENABLED",
            "Selecting compound data not supported in Bulk Query",
        ),
        ("SELECT VersionData FROM ContentVersion", "FUNCTIONALITY_NOT_ENABLED", "binary"),
        ("SELECT Name, (SELECT Id FROM Contacts) FROM Account", "FUNCTIONALITY_NOT_ENABLED", ""),
        ("SELECT COUNT(Id) FROM Account", "FUNCTIONALITY_NOT_ENABLED", "Aggregate"),
        ("SELECT COUNT() FROM Account", "FUNCTIONALITY_NOT_ENABLED", "Aggregate"),
        ("SELECT Id FROM Account OFFSET 5", "FUNCTIONALITY_NOT_ENABLED", "OFFSET"),
        ("SELECT Id, id FROM Account", "INVALID_FIELD", "duplicate field selected: id"),
        ("SELECT Nope FROM Account", "INVALID_FIELD", "No such column 'Nope'"),
        ("SELECT Id FROM Nope", "INVALID_TYPE", "Nope"),
        ("", "MALFORMED_QUERY", ""),
    ],
)
def test_a_query_that_bulk_cannot_run_is_refused_at_once(
    api: Any, query: str, code: str, message: str
) -> None:
    refused = api("POST", "/jobs/query", json={"operation": "query", "query": query})
    (error,) = refused.json()
    assert (refused.status_code, error["errorCode"]) == (400, code)
    assert message in error["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"operation": "insert"},
        {"operation": "query", "columnDelimiter": ","},
        {"operation": "query", "lineEnding": "CR"},
        {"operation": "query", "contentType": "JSON"},
    ],
)
def test_a_job_of_an_unknown_form_is_refused(api: Any, body: dict[str, str]) -> None:
    refused = api("POST", "/jobs/query", json={"query": "SELECT Id FROM Account", **body})
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "INVALIDJOB")


@pytest.mark.parametrize("locator", ["!", "MTAwMDA", "xyz"])
def test_a_locator_that_leads_nowhere_is_refused(local: LocalOrg, api: Any, locator: str) -> None:
    local.org.insert("Account", {"Name": "A"})
    job = _job(api, "SELECT Id FROM Account")["id"]
    refused = api("GET", f"/jobs/query/{job}/results", params={"locator": locator})
    code = refused.json()[0]["errorCode"]
    assert (refused.status_code, code) == (400, "INVALID_QUERY_LOCATOR")


def test_a_field_that_was_dropped_meanwhile_fails_the_job(local: LocalOrg, api: Any) -> None:
    local.org.admin.add_field("Account", "Note__c", "string(80)")
    with local.org.storage.alone():
        made = local.jobs.add(lambda new, now: _waiting(new, now, "SELECT Note__c FROM Account"))
        local.org.admin.remove_field("Account", "Note__c")
    ended = _finished(api, made.id)
    assert ended["state"] == "Failed"
    assert "No such column 'Note__c'" in ended["errorMessage"]
