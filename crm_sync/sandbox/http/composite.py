"""Several calls in one: `composite`, whose calls may refer to earlier answers, and `batch`."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote

from crm_sync.sandbox.errors import OrgError, ParserError
from crm_sync.sandbox.http.call import Call, Reply, json_reply

__all__ = ["batch", "composite"]

_MOST = 25
_DATA = "/services/data/"
_REFERENCE = re.compile(r"@\{([A-Za-z]\w*)((?:\.\w+|\[\d+\])*)\}")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_GOOD = range(200, 300)


class _Undo(Exception):
    """Carries answers out of a transaction that must not be kept."""


def composite(call: Call) -> Reply:
    """Run calls in order; `@{name.path}` in a later one is replaced from an earlier answer.

    Each call is saved by itself, unless `allOrNone`: then the first failure undoes them all.
    """
    body = call.json_object()
    requests = _requests(body.get("compositeRequest"))
    if body.get("allOrNone") is not True:
        return json_reply({"compositeResponse": _answers(call, requests)})
    answers: list[dict[str, Any]] = []
    try:
        with call.server.org.late(), call.server.org.storage.writing():
            answers = _answers(call, requests)
            if any(each["httpStatusCode"] not in _GOOD for each in answers):
                raise _Undo
    except _Undo:
        answers = [_halted(each) for each in answers]
    return json_reply({"compositeResponse": answers})


def _answers(call: Call, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    known: dict[str, Any] = {}
    answers = []
    for request in requests:
        reply = _referring(call, request, known)
        name = str(request.get("referenceId", ""))
        known[name] = json.loads(reply.body) if reply.body else None
        answers.append(
            {
                "body": known[name],
                "httpHeaders": dict(reply.headers),
                "httpStatusCode": reply.status,
                "referenceId": name,
            }
        )
    return answers


def _referring(call: Call, request: dict[str, Any], known: Mapping[str, Any]) -> Reply:
    try:
        return _run(call, _resolved(request, known))
    except OrgError as error:
        return json_reply([error.body()], error.status)


def _halted(answer: dict[str, Any]) -> dict[str, Any]:
    """Return a failed answer as it is, and a good one as undone."""
    if answer["httpStatusCode"] not in _GOOD:
        return answer
    message = (
        "The transaction was rolled back since another operation in the same transaction failed."
    )
    body = [{"errorCode": "PROCESSING_HALTED", "message": message}]
    return answer | {"body": body, "httpHeaders": {}, "httpStatusCode": 400}


def batch(call: Call) -> Reply:
    """Run calls that do not know of each other."""
    body = call.json_object()
    results, failed = [], False
    for request in _requests(body.get("batchRequests")):
        if failed and body.get("haltOnError") is True:
            error = {"errorCode": "BATCH_PROCESSING_HALTED", "message": "Batch processing halted"}
            results.append({"statusCode": 412, "result": [error]})
            continue
        wanted = {**request, "body": request.get("richInput")}
        # With or without what all addresses begin with: clients write both.
        wanted["url"] = _DATA + str(request.get("url", "")).removeprefix(_DATA).lstrip("/")
        reply = _run(call, wanted)
        failed = failed or reply.status not in _GOOD
        shown = json.loads(reply.body) if reply.body else None
        results.append({"statusCode": reply.status, "result": shown})
    return json_reply({"hasErrors": failed, "results": results})


def _requests(given: object) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise ParserError("The list of requests is missing")
    if not 0 < len(given) <= _MOST:
        message = f"The number of requests must be 1 to {_MOST}, not {len(given)}"
        raise OrgError("INVALID_ARGUMENT", message)
    return given


def _run(call: Call, request: Mapping[str, Any]) -> Reply:
    from crm_sync.sandbox.http.app import answer

    path, _, query = str(request.get("url", "")).partition("?")
    if path.split("/")[4:5] == ["composite"] and "sobjects" not in path:
        error = OrgError("INVALID_ARGUMENT", "A composite request cannot hold another one")
        return json_reply([error.body()], error.status)
    return answer(
        replace(
            call,
            method=str(request.get("method", "")).upper(),
            path=quote(path.rstrip("/"), safe="/%"),
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers={**call.headers, "content-type": "application/json"},
            body=json.dumps(request.get("body")).encode(),
        )
    )


def _resolved(value: Any, known: Mapping[str, Any]) -> Any:
    """Return a value with every reference in its texts replaced."""
    if isinstance(value, dict):
        return {name: _resolved(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, known) for each in value]
    if isinstance(value, str):
        return _REFERENCE.sub(lambda match: str(_looked_up(match, known)), value)
    return value


def _looked_up(match: re.Match[str], known: Mapping[str, Any]) -> Any:
    found: Any = known.get(match[1])
    try:
        for name, place in _STEP.findall(match[2]):
            found = found[name] if name else found[int(place)]
    except (KeyError, IndexError, TypeError) as error:
        message = f"Invalid reference specified. No value for {match[0][2:-1]} found"
        raise OrgError("PROCESSING_HALTED", message) from error
    return found
