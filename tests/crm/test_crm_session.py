"""What a user relies on: calls that may be repeated are, others are not, and every failure says
what is wrong, where and what to do, without a secret in it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from crm_sync.errors import (
    CrmError,
    CrmLimitReached,
    CrmLoginFailed,
    CrmRefused,
    CrmUnreachable,
    CrmUnreadable,
)
from crm_sync.salesforce import Session
from partner_lifecycle import SettingsError

ORG = "https://acme.my.salesforce.com"
DATA = f"{ORG}/services/data/v62.0"
TOKEN = f"{ORG}/services/oauth2/token"
Open = Callable[..., Session]
HTML = "<html><body>Down for maintenance</body></html>"
EMPTY = {"totalSize": 0, "done": True, "records": []}


def error(code: str, message: str = "no") -> list[dict[str, str]]:
    return [{"errorCode": code, "message": message}]


def read(session: Session) -> list[dict[str, Any]]:
    return [row for page in session.pages("SELECT Id FROM Account") for row in page]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ({"status": 401, "json": error("INVALID_SESSION_ID")}, CrmRefused, "INVALID_SESSION_ID"),
        ({"status": 403, "json": error("API_DISABLED_FOR_ORG")}, CrmRefused, "permission"),
        ({"status": 403, "body": HTML}, CrmRefused, "HTTP 403"),
        ({"status": 401, "body": HTML}, CrmRefused, "HTTP 401"),
        ({"status": 404, "body": ""}, CrmRefused, "HTTP 404"),
        ({"status": 400, "json": error("INVALID_FIELD", "No such column")}, CrmRefused, "column"),
        ({"status": 403, "json": error("REQUEST_LIMIT_EXCEEDED")}, CrmLimitReached, "24 hours"),
        ({"status": 500, "json": error("UNKNOWN_EXCEPTION")}, CrmUnreachable, "HTTP 500"),
        ({"status": 503, "body": HTML}, CrmUnreachable, "HTTP 503"),
        ({"status": 200, "body": HTML}, CrmUnreadable, "web page"),
        ({"status": 200, "body": ""}, CrmUnreadable, "nothing"),
        ({"status": 200, "json": {"hello": "world"}}, CrmUnreadable, "no result"),
        ({"status": 200, "json": []}, CrmUnreadable, "no result"),
        ({"body": requests.ConnectionError("refused")}, CrmUnreachable, "network"),
        ({"body": requests.ReadTimeout("slow")}, CrmUnreachable, "in time"),
    ],
)
def test_every_bad_answer_is_told(
    wire: responses.RequestsMock,
    open_session: Open,
    answer: dict[str, Any],
    kind: type[CrmError],
    words: str,
) -> None:
    wire.get(f"{DATA}/query/", **answer)
    with pytest.raises(kind) as raised:
        read(open_session())
    told = str(raised.value)
    assert words in told
    assert "what to do" in told
    assert raised.value.exit_code == 3
    assert "s3cret" not in told
    assert "00Dx!token" not in told


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ({"status": 400, "json": {"error": "invalid_grant"}}, CrmLoginFailed, "invalid_grant"),
        ({"status": 200, "body": HTML}, CrmUnreadable, "web page"),
        ({"status": 502, "body": HTML}, CrmUnreachable, "HTTP 502"),
        ({"status": 200, "json": {}}, CrmUnreadable, "web page"),
        ({"body": requests.ConnectionError("no such host")}, CrmUnreachable, "cannot be reached"),
    ],
)
def test_a_login_that_fails_is_told(
    open_session: Open, answer: dict[str, Any], kind: type[CrmError], words: str
) -> None:
    with responses.RequestsMock() as wire, pytest.raises(kind) as raised:
        wire.post(TOKEN, **answer)
        open_session(retries=0)
    assert words in str(raised.value)
    assert ORG in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_a_key_that_is_no_key_is_told(open_session: Open, tmp_path: Any) -> None:
    key = tmp_path / "key.pem"
    key.write_text("not a key")
    folder, missing = tmp_path, tmp_path / "missing.pem"
    locked = tmp_path / "locked.pem"
    passphrase = serialization.BestAvailableEncryption(b"hush")
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    locked.write_bytes(rsa.generate_private_key(65537, 2048).private_bytes(*form, passphrase))
    for file in (key, folder, missing, locked):
        with pytest.raises(SettingsError, match="private key") as raised:
            open_session(auth="jwt", private_key_file=file)
        assert (raised.value.exit_code, raised.value.where) == (2, str(file))


def test_reads_are_repeated_after_what_passes(
    wire: responses.RequestsMock, open_session: Open, waits: list[float]
) -> None:
    wire.get(f"{DATA}/query/", status=503, body=HTML)
    wire.get(f"{DATA}/query/", body=requests.ConnectionError("reset"))
    wire.get(f"{DATA}/query/", json=EMPTY)
    assert read(open_session(retries=2)) == []
    assert len(waits) == 2
    assert 0 < waits[0] < waits[1] + 1.5


def test_repeating_ends(
    wire: responses.RequestsMock, open_session: Open, waits: list[float]
) -> None:
    wire.get(f"{DATA}/query/", status=500, body="")
    with pytest.raises(CrmUnreachable):
        read(open_session(retries=3))
    assert len(waits) == 3


def test_a_used_up_allowance_is_not_asked_again(
    wire: responses.RequestsMock, open_session: Open, waits: list[float]
) -> None:
    wire.get(f"{DATA}/query/", status=403, json=error("REQUEST_LIMIT_EXCEEDED"))
    with pytest.raises(CrmLimitReached):
        read(open_session())
    assert waits == []


def test_an_ended_session_is_renewed_once_and_keeps_the_headers(
    wire: responses.RequestsMock, open_session: Open
) -> None:
    wire.get(f"{DATA}/query/", status=401, json=error("INVALID_SESSION_ID"))
    again = wire.get(f"{DATA}/query/", json=EMPTY)
    session = open_session(page_size=500)
    assert read(session) == []
    assert again.calls[0].request.headers["Sforce-Query-Options"] == "batchSize=500"
    assert session.calls == 4


def test_a_given_session_cannot_be_renewed(
    wire: responses.RequestsMock, open_session: Open
) -> None:
    wire.get(f"{DATA}/query/", status=401, json=error("INVALID_SESSION_ID"))
    with pytest.raises(CrmLoginFailed, match=r"crm\.session_id"):
        read(open_session(auth="session", session_id="00Dold"))


def test_pages_follow_the_locator_and_the_allowance_is_known(
    wire: responses.RequestsMock, open_session: Open
) -> None:
    more = "/services/data/v62.0/query/01g-2000"
    first = {"totalSize": 2, "done": False, "nextRecordsUrl": more, "records": [{"Id": "1"}]}
    usage = {"Sforce-Limit-Info": "api-usage=18/5000"}
    wire.get(f"{DATA}/queryAll/", json=first)
    wire.get(f"{ORG}{more}", json={**EMPTY, "records": [{"Id": "2"}]}, headers=usage)
    session = open_session()
    assert session.api_usage is None
    pages = session.pages("SELECT Id FROM Account", include_deleted=True)
    assert list(pages) == [[{"Id": "1"}], [{"Id": "2"}]]
    assert session.api_usage is not None
    assert (session.api_usage.used, session.api_usage.total) == (18, 5000)


def test_rows_that_met_a_lock_are_sent_again_and_only_those(
    wire: responses.RequestsMock, open_session: Open
) -> None:
    url = f"{DATA}/composite/sobjects/Task/Lifecycle_Key__c"
    locked = {"success": False, "errors": [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "x"}]}
    wrong = {"success": False, "errors": [{"statusCode": "REQUIRED_FIELD_MISSING", "message": "y"}]}
    done = {"success": True, "id": "00T1", "created": True, "errors": []}
    wire.patch(url, json=[done, locked, wrong])
    second = wire.patch(url, json=[{**done, "id": "00T2"}])
    rows = [{"Lifecycle_Key__c": key} for key in "abc"]
    results = open_session().upsert("Task", rows, "Lifecycle_Key__c")
    assert [result.id for result in results] == ["00T1", "00T2", None]
    assert (results[2].code, results[2].retryable) == ("REQUIRED_FIELD_MISSING", False)
    sent = json.loads(second.calls[0].request.body)["records"]
    assert [row["Lifecycle_Key__c"] for row in sent] == ["b"]


def test_rows_that_stay_locked_are_reported(
    wire: responses.RequestsMock, open_session: Open, waits: list[float]
) -> None:
    locked = {"success": False, "errors": [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "x"}]}
    wire.patch(f"{DATA}/composite/sobjects", json=[locked])
    [result] = open_session(retries=2).update("Account", [{"id": "001"}])
    assert (result.ok, result.retryable) == (False, True)
    assert len(waits) == 2


def test_an_insert_is_not_repeated_after_a_lost_answer(
    wire: responses.RequestsMock, open_session: Open, waits: list[float]
) -> None:
    wire.post(f"{DATA}/composite/sobjects", body=requests.ReadTimeout("slow"))
    with pytest.raises(CrmUnreachable):
        open_session().insert("ContentVersion", [{"Title": "x"}])
    assert waits == []


def test_a_result_too_few_is_no_result(wire: responses.RequestsMock, open_session: Open) -> None:
    wire.patch(f"{DATA}/composite/sobjects", json=[])
    with pytest.raises(CrmUnreadable, match="2 rows"):
        open_session().update("Account", [{"id": "1"}, {"id": "2"}])


def test_collections_are_cut_at_200_rows(wire: responses.RequestsMock, open_session: Open) -> None:
    sizes: list[int] = []

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        rows = json.loads(request.body)["records"]
        sizes.append(len(rows))
        return 200, {}, json.dumps([{"success": True, "id": row["id"]} for row in rows])

    wire.add_callback("PATCH", f"{DATA}/composite/sobjects", answer)
    results = open_session().update("Account", [{"id": str(n)} for n in range(450)])
    assert sizes == [200, 200, 50]
    assert [result.id for result in results] == [str(n) for n in range(450)]


def test_every_call_has_a_time_limit(wire: responses.RequestsMock, open_session: Open) -> None:
    wire.get(f"{DATA}/query/", json=EMPTY)
    read(open_session(timeout=7))
    assert {call.request.req_kwargs["timeout"] for call in wire.calls} == {(7, 7)}


def test_a_local_org_is_reached_without_tls(open_session: Open) -> None:
    local = "http://127.0.0.1:8765"
    with responses.RequestsMock() as wire:
        token = {"access_token": "t", "instance_url": local}
        wire.post(f"{local}/services/oauth2/token", json=token)
        wire.get(f"{local}/services/data/v62.0/query/", json=EMPTY)
        assert read(open_session(login_url=local)) == []
