"""A plan of faults makes the org fail as the real one does: here each way, over HTTP."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceError, SalesforceExpiredSession

from crm_sync.sandbox import Fault, FaultPlan, LocalOrg, read_faults
from crm_sync.sandbox.faults import KNOWN
from partner_lifecycle import Problems

ACCOUNTS = "SELECT Id, Name FROM Account"


def _fault(**parts: Any) -> Fault:
    return Fault.model_validate(parts)


@pytest.mark.parametrize("code", KNOWN)
def test_each_known_error_has_its_status_and_words(local: LocalOrg, api: Any, code: str) -> None:
    local.faults.add(_fault(do={"error": code}, times=1))
    refused = api("GET", "/query", params={"q": ACCOUNTS})
    assert refused.status_code == KNOWN[code].status
    assert refused.json() == [{"message": KNOWN[code].message, "errorCode": code}]
    assert api("GET", "/query", params={"q": ACCOUNTS}).ok


def test_an_error_of_ones_own(local: LocalOrg, api: Any) -> None:
    local.faults.add(_fault(do={"error": "TXN_SECURITY", "status": 418, "message": "no tea"}))
    refused = api("GET", "/limits")
    assert (refused.status_code, refused.json()[0]["message"]) == (418, "no tea")


def test_simple_salesforce_takes_them_for_the_real_ones(local: LocalOrg, sf: Salesforce) -> None:
    local.faults.add(_fault(do={"error": "REQUEST_LIMIT_EXCEEDED"}, times=1))
    with pytest.raises(SalesforceError, match="TotalRequests Limit exceeded"):
        sf.query(ACCOUNTS)


def test_a_page_of_html(local: LocalOrg, api: Any) -> None:
    local.faults.add(_fault(do={"html": 503}))
    answer = api("GET", "/limits")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<html>" in answer.text


def test_faults_choose_calls_by_method_path_and_object(local: LocalOrg, api: Any) -> None:
    local.faults.add(
        _fault(when={"method": "GET", "path": "/query*", "object": "contact"}, do={"html": 500})
    )
    assert api("GET", "/query", params={"q": ACCOUNTS}).ok
    assert api("GET", "/sobjects/Contact").ok
    assert api("GET", "/query", params={"q": "SELECT Id FROM Contact"}).status_code == 500
    local.faults.clear()
    local.faults.add(_fault(when={"path": "/services/oauth2/token"}, do={"html": 500}))
    assert requests.post(f"{local.url}/services/oauth2/token", timeout=20).status_code == 500


def test_an_answer_may_end_early_and_look_whole(local: LocalOrg, api: Any) -> None:
    local.faults.add(_fault(do={"short": 20}))
    answer = api("GET", "/limits")
    assert (answer.status_code, len(answer.content)) == (200, 20)
    local.faults.clear()
    local.faults.add(_fault(do={"html": 200}))
    assert "<html>" in api("GET", "/limits").text


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/composite/sobjects", {"records": [{"attributes": {"type": "Account"}}]}),
        ("POST", "/jobs/query", {"operation": "query", "query": ACCOUNTS}),
        ("POST", "/jobs/ingest", {"operation": "insert", "object": "Account"}),
        ("PATCH", "/sobjects/Account/001", {}),
    ],
)
def test_the_object_is_known_wherever_a_call_names_it(
    local: LocalOrg, api: Any, method: str, path: str, body: Any
) -> None:
    local.faults.add(_fault(when={"object": "Account"}, do={"html": 502}))
    assert api(method, path, json=body).status_code == 502


def test_faults_choose_calls_by_number_and_stop_after_some(local: LocalOrg, api: Any) -> None:
    local.faults.add(_fault(nth=[2, 4], do={"html": 500}))
    statuses = [api("GET", "/limits").status_code for _ in range(5)]
    assert statuses == [200, 500, 200, 500, 200]
    assert local.faults.happened() == 2
    local.faults.clear()
    local.faults.add(_fault(every=2, times=1, do={"html": 500}))
    statuses = [api("GET", "/limits").status_code for _ in range(4)]
    assert statuses == [200, 500, 200, 200]


def test_a_running_job_is_met_only_by_who_names_it() -> None:
    path = "/jobs/query/750"
    assert FaultPlan([_fault(do={"html": 500})]).meet("RUN", path, set()) is None
    named = _fault(when={"method": "RUN"}, do={"error": "QUERY_TIMEOUT"})
    assert FaultPlan([named]).meet("GET", path, set()) is None
    assert FaultPlan([named]).meet("RUN", path, set()) is not None


def test_chance_is_the_same_for_the_same_seed() -> None:
    def met(seed: int) -> list[bool]:
        plan = FaultPlan([_fault(chance=0.5, do={"html": 500})], seed)
        return [plan.meet("GET", "/limits", set()) is not None for _ in range(50)]

    assert met(1) == met(1) != met(2)
    assert 10 < sum(met(1)) < 40


def test_a_write_may_be_applied_and_its_answer_lost(local: LocalOrg, api: Any) -> None:
    local.faults.add(_fault(when={"method": "POST"}, times=1, do={"cut": "after"}))
    with pytest.raises(requests.ConnectionError):
        api("POST", "/sobjects/Account", json={"Name": "A"})
    assert [row["Name"] for row in local.org.query(ACCOUNTS)] == ["A"]


def test_a_write_may_be_applied_and_answered_by_an_error(local: LocalOrg, api: Any) -> None:
    local.faults.add(_fault(do={"error": "SERVER_UNAVAILABLE", "applied": True}))
    assert api("POST", "/sobjects/Account", json={"Name": "A"}).status_code == 503
    assert len(local.org.query(ACCOUNTS)) == 1


def test_a_connection_may_be_cut_before_anything_is_done(local: LocalOrg, api: Any) -> None:
    local.faults.add(_fault(when={"method": "POST"}, times=1, do={"cut": "before"}))
    with pytest.raises(requests.ConnectionError):
        api("POST", "/sobjects/Account", json={"Name": "A"})
    assert local.org.query(ACCOUNTS) == []
    assert api("POST", "/sobjects/Account", json={"Name": "A"}).ok


def test_an_answer_may_break_off_in_its_middle(local: LocalOrg, api: Any) -> None:
    local.org.load({"Account": [{"Name": "A"}] * 500})
    local.faults.add(_fault(when={"path": "/query"}, times=1, do={"cut": 1_000}))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        api("GET", "/query", params={"q": ACCOUNTS})
    assert api.query(ACCOUNTS)["totalSize"] == 500


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_page_of_csv_may_break_off_too(local: LocalOrg, api: Any, encoding: str) -> None:
    local.org.load({"Account": [{"Name": f"A{number}"} for number in range(5_000)]})
    body = {"operation": "query", "query": ACCOUNTS}
    job = api("POST", "/jobs/query", json=body).json()["id"]
    while api("GET", f"/jobs/query/{job}").json()["state"] != "JobComplete":
        time.sleep(0.005)
    local.faults.add(_fault(when={"path": "*/results", "object": "Account"}, do={"cut": 3_000}))
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        api("GET", f"/jobs/query/{job}/results", headers={"Accept-Encoding": encoding})


def test_slow_answers_come_late(local: LocalOrg, api: Any) -> None:
    local.faults.add(_fault(do={"slow": 0.2}))
    with pytest.raises(requests.Timeout):
        requests.get(f"{local.url}/services/data", timeout=0.05)


def test_rows_that_commit_late_carry_the_time_before(local: LocalOrg, api: Any) -> None:
    local.faults.add(_fault(when={"method": "POST"}, do={"late": 1.5}))
    writer = threading.Thread(
        target=api, args=("POST", "/sobjects/Account"), kwargs={"json": {"Name": "Late"}}
    )
    writer.start()
    while not local.faults.happened():
        time.sleep(0.01)
    time.sleep(1)
    early = local.org.insert("Account", {"Name": "Early"})
    assert [row["Id"] for row in local.org.query(ACCOUNTS)] == [early]
    writer.join()
    rows = local.org.query("SELECT Name FROM Account ORDER BY SystemModstamp")
    assert [row["Name"] for row in rows] == ["Late", "Early"]


def test_some_records_of_a_call_may_be_refused(local: LocalOrg, api: Any) -> None:
    local.faults.add(_fault(do={"rows": {"error": "UNABLE_TO_LOCK_ROW", "every": 2}}, times=1))
    records = [{"attributes": {"type": "Account"}, "Name": f"A{n}"} for n in range(4)]
    answer = api("POST", "/composite/sobjects", json={"records": records})
    assert [row["success"] for row in answer.json()] == [True, False, True, False]
    assert answer.json()[1]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"


def test_limits_run_out(local: LocalOrg, api: Any) -> None:
    local.faults.add(_fault(do={"calls_left": 1}, times=1))
    answer = api("GET", "/limits")
    assert answer.headers["Sforce-Limit-Info"] == "api-usage=100000/100000"
    refused = api("GET", "/limits")
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")


def test_sessions_end_and_a_new_login_goes_on(local: LocalOrg, sf: Salesforce) -> None:
    local.faults.add(_fault(when={"path": "/query"}, do={"end_sessions": True}, times=1))
    assert sf.query(ACCOUNTS)["totalSize"] == 0  # it logs in anew by itself, once
    local.faults.add(_fault(when={"path": "/query"}, do={"error": "INVALID_SESSION_ID"}))
    with pytest.raises(SalesforceExpiredSession):
        sf.query(ACCOUNTS)


@pytest.mark.parametrize("how", ["Failed", "Aborted", "gone"])
def test_bulk_jobs_end_as_planned(local: LocalOrg, api: Any, how: str) -> None:
    body = {"operation": "query", "query": ACCOUNTS}
    job = api("POST", "/jobs/query", json=body).json()["id"]
    local.faults.add(_fault(when={"path": "/jobs/query/*"}, do={"job": how}, times=1))
    answer = api("GET", f"/jobs/query/{job}")
    if how == "gone":
        assert answer.status_code == 404
    else:
        assert answer.json()["state"] == how
        assert api("GET", f"/jobs/query/{job}/results").status_code == 400


def _ended(api: Any, job: str, kind: str = "query") -> dict[str, Any]:
    for _ in range(2_000):
        shown = api("GET", f"/jobs/{kind}/{job}").json()
        if shown["state"] in {"JobComplete", "Failed", "Aborted"}:
            return shown
        time.sleep(0.005)
    pytest.fail("the job did not end")


def test_a_bulk_query_may_run_long_and_fail(local: LocalOrg, api: Any) -> None:
    do = {"slow": 0.5, "error": "QUERY_TIMEOUT"}
    local.faults.add(_fault(when={"method": "RUN", "object": "Account"}, do=do))
    body = {"operation": "query", "query": ACCOUNTS}
    job = api("POST", "/jobs/query", json=body).json()["id"]
    while api("GET", f"/jobs/query/{job}").json()["state"] != "InProgress":
        time.sleep(0.005)
    assert _ended(api, job)["errorMessage"].startswith("QUERY_TIMEOUT: ")


def test_a_long_job_can_be_aborted(local: LocalOrg, api: Any) -> None:
    local.faults.add(_fault(when={"method": "RUN"}, do={"slow": 600}))
    body = {"operation": "query", "query": ACCOUNTS}
    job = api("POST", "/jobs/query", json=body).json()["id"]
    assert api("PATCH", f"/jobs/query/{job}", json={"state": "Aborted"}).ok
    assert _ended(api, job)["state"] == "Aborted"


def test_some_lines_of_a_bulk_ingest_may_be_refused(local: LocalOrg, sf: Salesforce) -> None:
    do = {"rows": {"error": "UNABLE_TO_LOCK_ROW", "every": 2}}
    local.faults.add(_fault(when={"method": "RUN", "path": "/jobs/ingest/*"}, do=do))
    records = [{"Name": f"A{number}"} for number in range(4)]
    (result,) = sf.bulk2.Account.insert(records=records, wait=0.01)
    assert (result["numberRecordsTotal"], result["numberRecordsFailed"]) == (4, 2)
    assert sf.bulk2.Account.get_failed_records(result["job_id"]).count("UNABLE_TO_LOCK_ROW") == 2
    assert len(local.org.query(ACCOUNTS)) == 2


def test_headers_may_say_something_else(local: LocalOrg, api: Any) -> None:
    info = "api-usage=17/15000; per-app-api-usage=17/250(appName=x)"
    local.faults.add(_fault(do={"headers": {"Sforce-Limit-Info": info}}))
    assert api("GET", "/limits").headers["Sforce-Limit-Info"] == info


def _plan(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "plan.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_plan_is_read_from_yaml(tmp_path: Path) -> None:
    path = _plan(
        tmp_path,
        """\
seed: 7
faults:
- when: {method: GET, path: /query*, object: Account}
  nth: [1, 3]
  do: {error: QUERY_TIMEOUT, slow: 0.5}
- chance: 0.01
  times: 5
  do: {cut: after}
""",
    )
    plan = read_faults(path)
    assert plan.meet("GET", "/query", {"account"}) is not None


def test_the_plan_that_the_manual_shows_can_be_read(tmp_path: Path) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")
    shown = manual.partition("```yaml\n")[2].partition("```")[0]
    plan = read_faults(_plan(tmp_path, shown))
    lost = plan.meet("POST", "/composite/sobjects", set())
    assert lost is not None
    assert lost.cut == "after"
    assert [code for code in KNOWN if f"`{code}`" not in manual] == []


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("faults:\n- do: {error: QUERY_TIMEOT}\n", ":2:", "did you mean QUERY_TIMEOUT?"),
        ("faults:\n- do: {}\n", ":2:", "say what happens"),
        ("faults:\n- do: {html: 500, error: NOT_FOUND}\n", ":2:", "not both"),
        ("faults:\n- do: {applied: true, slow: 1}\n", ":2:", "belongs to an error"),
        ("faults:\n- do: {status: 500, slow: 1}\n", ":2:", "belong to an error"),
        ("faults:\n- do: {slow: fast}\n", ":2:", "slow"),
        ("faults:\n- nth: [1]\n  every: 2\n  do: {html: 500}\n", ":2:", "one of them"),
        ("faults:\n- when: {verb: GET}\n  do: {html: 500}\n", ":2:", "verb"),
        ("faults:\n- chance: 2\n  do: {html: 500}\n", ":2:", "chance"),
        ("faults:\n- do: {cut: later}\n", ":2:", "write before, after, or a number of bytes"),
        ("fault: []\n", ":1:", "fault"),
    ],
)
def test_a_plan_that_says_nothing_sensible_is_refused(
    tmp_path: Path, text: str, place: str, what: str
) -> None:
    with pytest.raises(Problems) as caught:
        read_faults(_plan(tmp_path, text))
    assert place in str(caught.value)
    assert what in str(caught.value)
