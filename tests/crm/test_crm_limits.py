"""What people in the org rely on: we stop before their calls are used up, and wait our turn."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import responses

from crm_sync.errors import CrmBusy, CrmLimitReached
from crm_sync.salesforce import Session
from crm_sync.salesforce.allowance import Allowance, ApiUsage, read_usage

DATA = "https://acme.my.salesforce.com/services/data/v62.0"
EMPTY = {"totalSize": 0, "done": True, "records": []}
Open = Callable[..., Session]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("api-usage=18/5000", {"api-usage": ApiUsage(18, 5000)}),
        (
            "api-usage=10018/100000; api-bursts=1/750",
            {"api-usage": ApiUsage(10018, 100000), "api-bursts": ApiUsage(1, 750)},
        ),
        (
            "api-usage=25/5000; per-app-api-usage=17/250(appName=a=1/2-app)",
            {"api-usage": ApiUsage(25, 5000), "per-app-api-usage": ApiUsage(17, 250)},
        ),
        (
            "per-app-api-usage = 17/250 (appName=x), API-Usage=25/5000",
            {"api-usage": ApiUsage(25, 5000), "per-app-api-usage": ApiUsage(17, 250)},
        ),
        ("unlimited", {}),
    ],
)
def test_every_form_of_the_header_is_read(header: str, said: dict[str, ApiUsage]) -> None:
    found = read_usage(header)
    assert {name: found[name] for name in said} == said


@pytest.mark.parametrize(
    ("header", "left"),
    [
        ("api-usage=700/1000", 200),
        ("api-usage=950/1000", 0),
        ("api-usage=700/1000; per-app-api-usage=40/50(appName=x)", 10),
        ("per-app-api-usage=50/50(appName=x)", 0),
        ("api-usage=1/1000; per-app-api-usage=60/50(appName=x)", 0),
    ],
)
def test_what_is_left_is_what_people_do_not_need(header: str, left: int) -> None:
    allowance = Allowance(10)
    assert allowance.left is None
    allowance.note(header)
    assert allowance.left == left


def test_nothing_is_asked_beyond_the_reserve(
    wire: responses.RequestsMock, open_session: Open, waits: list[float]
) -> None:
    usage = {"Sforce-Limit-Info": "api-usage=800/1000"}
    asked = wire.get(f"{DATA}/query/", json=EMPTY, headers=usage)
    session = open_session(reserve_percent=20)
    session.count("SELECT COUNT() FROM Account")
    for act in (
        lambda: session.count("SELECT COUNT() FROM Account"),
        lambda: session.update("Account", [{"id": "001"}]),
    ):
        with pytest.raises(CrmLimitReached, match=r"crm\.reserve_percent"):
            act()
    assert (asked.call_count, waits) == (1, [])


def test_too_many_at_once_is_waited_for(
    wire: responses.RequestsMock, open_session: Open, waits: list[float]
) -> None:
    busy = [
        {
            "errorCode": "REQUEST_LIMIT_EXCEEDED",
            "message": "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
        }
    ]
    wire.get(f"{DATA}/query/", status=403, json=busy)
    wire.get(f"{DATA}/query/", json=EMPTY)
    session = open_session()
    assert session.count("SELECT COUNT() FROM Account") == 0
    assert waits[0] >= 5
    wire.replace("GET", f"{DATA}/query/", status=403, json=busy)
    with pytest.raises(CrmBusy):
        session.count("SELECT COUNT() FROM Account")


def test_the_wait_that_the_org_wishes_is_kept(
    wire: responses.RequestsMock, open_session: Open, waits: list[float]
) -> None:
    wire.get(f"{DATA}/query/", status=503, body="", headers={"Retry-After": "17"})
    wire.get(f"{DATA}/query/", status=429, body="", headers={"Retry-After": "soon"})
    wire.get(f"{DATA}/query/", json=EMPTY)
    open_session().count("SELECT COUNT() FROM Account")
    assert waits[0] == 17
    assert waits[1] < 17


def test_a_bulk_job_begins_once_for_each_answer(
    wire: responses.RequestsMock, open_session: Open
) -> None:
    from crm_sync.salesforce.bulk import begin_job

    sent: list[Any] = []

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        sent.append(json.loads(request.body))
        return 200, {}, json.dumps({"id": "750x", "state": "UploadComplete"})

    wire.add_callback("POST", f"{DATA}/jobs/query", answer)
    assert begin_job(open_session(), "SELECT Id FROM Account", include_deleted=True) == "750x"
    assert sent == [{"operation": "queryAll", "query": "SELECT Id FROM Account"}]
