from collections.abc import Iterator
from typing import Any

import pytest

from crm_sync.sandbox import LocalOrg
from crm_sync.sandbox.schema import Schema


@pytest.fixture(scope="module")
def local(schema: Schema) -> Iterator[LocalOrg]:
    """One org for the whole file: nothing here depends on what it holds."""
    with LocalOrg.start(schema) as started:
        yield started


def _errors(answer: Any) -> list[str]:
    return [each["errorCode"] for each in answer.json()]


@pytest.mark.parametrize("path", ["/limits", "/query?q=SELECT+Id+FROM+Account", "/nothing"])
def test_without_a_session_nothing_is_told(anonymous: Any, path: str) -> None:
    answer = anonymous("GET", path)
    assert answer.status_code == 401
    assert answer.json() == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/sobjects/Nothing", 404, "NOT_FOUND"),
        ("GET", "/sobjects/Nothing/describe", 404, "NOT_FOUND"),
        ("GET", "/nothing", 404, "NOT_FOUND"),
        ("GET", "/services/data/v99.0/limits", 404, "NOT_FOUND"),
        ("PUT", "/limits", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/query", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/query", 400, "MALFORMED_QUERY"),
        ("GET", "/query?q=", 400, "MALFORMED_QUERY"),
        ("GET", "/query?q=SELECT+Nope+FROM+Account", 400, "INVALID_FIELD"),
        ("GET", "/query?q=SELECT+Id+FROM+Nope", 400, "INVALID_TYPE"),
        ("GET", "/sobjects/Account/nonsense", 404, "NOT_FOUND"),
        ("GET", "/sobjects/Account/001Lc000000zzzz", 404, "NOT_FOUND"),
        ("GET", "/sobjects/Task/Nope__c/x", 404, "NOT_FOUND"),
        ("GET", "/sobjects/Task/Lifecycle_Key__c/x", 404, "NOT_FOUND"),
        ("DELETE", "/sobjects/Account/001Lc000000zzzz", 404, "NOT_FOUND"),
        ("DELETE", "/sobjects/Account/nonsense", 404, "NOT_FOUND"),
        ("DELETE", "/sobjects/Account/003Lc000000zzzz", 400, "MALFORMED_ID"),
        ("OPTIONS", "/limits", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/sobjects/Account/updated?start=a&end=b", 400, "INVALID_FIELD"),
        ("GET", "/sobjects/Account/describe/layouts", 404, "NOT_FOUND"),
        ("PATCH", "/jobs/query/750", 404, "NOT_FOUND"),
        ("POST", "/composite/tree/Account", 404, "NOT_FOUND"),
        ("GET", "/query?q=SELECT+Id+FROM+ContentDocumentLink", 400, "MALFORMED_QUERY"),
        ("GET", "/search?q=FIND", 404, "NOT_FOUND"),
        ("GET", "/tooling/query?q=x", 404, "NOT_FOUND"),
        ("POST", "/jobs/query", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("GET", "/composite/sobjects/Account?ids=x", 400, "JSON_PARSER_ERROR"),
    ],
)
def test_errors_are_lists_with_a_code(
    api: Any, method: str, path: str, status: int, code: str
) -> None:
    answer = api(method, path)
    assert (answer.status_code, _errors(answer)) == (status, [code])
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        ("{", {"Content-Type": "application/json"}, 400, "JSON_PARSER_ERROR"),
        ("[]", {"Content-Type": "application/json"}, 400, "JSON_PARSER_ERROR"),
        ("[" * 100_000, {"Content-Type": "application/json"}, 400, "JSON_PARSER_ERROR"),
        (b"\xff", {"Content-Type": "application/json"}, 400, "JSON_PARSER_ERROR"),
        (r'{"Name": "\ud800"}', {"Content-Type": "application/json"}, 400, "JSON_PARSER_ERROR"),
        ("Name=a", {"Content-Type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        (
            b"no gzip",
            {"Content-Type": "application/json", "Content-Encoding": "gzip"},
            400,
            "JSON_PARSER_ERROR",
        ),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    api: Any, body: Any, headers: dict[str, str], status: int, code: str
) -> None:
    answer = api("POST", "/sobjects/Account", data=body, headers=headers)
    assert (answer.status_code, _errors(answer)) == (status, [code])


@pytest.mark.parametrize("length", [17_000, 200_000])
def test_a_long_address_is_answered_in_html(api: Any, length: int) -> None:
    answer = api("GET", f"/query?q={'x' * length}")
    assert answer.status_code == 414
    assert answer.headers["Content-Type"].startswith("text/html")


def test_long_headers_are_answered_in_html(api: Any) -> None:
    answer = api("GET", "/limits", headers={"X-Long": "x" * 40_000})
    assert answer.status_code == 431
    assert answer.headers["Content-Type"].startswith("text/html")
