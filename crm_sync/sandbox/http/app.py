"""The ASGI application: reads requests, answers in a thread, puts errors into Salesforce's form."""

import gzip
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route as AsgiRoute

from crm_sync.sandbox.errors import OrgError, ParserError
from crm_sync.sandbox.http.call import Call, Reply, Server, json_reply
from crm_sync.sandbox.http.faulting import answer_with_faults
from crm_sync.sandbox.http.hanging_up import BrokenOff
from crm_sync.sandbox.http.routes import ROUTER
from crm_sync.sandbox.sessions import Session
from crm_sync.sandbox.soql import SoqlError

__all__ = ["answer", "build_app"]

_LONGEST_URI = 16_384
_LONGEST_HEADERS = 32_768
_GONE = 499  # nobody reads it: the client went away before it had said all
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
_LOGGED_STEPS = 6  # up to the object's name: what follows may be a person's key
_HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_log = structlog.get_logger()


def build_app(server: Server) -> Starlette:
    """Return the application that serves an org."""

    async def endpoint(request: Request) -> Response:
        if refusal := _too_long(request):
            return _response(refusal)
        try:
            body = await request.body()
        except ClientDisconnect:
            return Response(status_code=_GONE)
        return _response(await run_in_threadpool(_received, server, request, body))

    return Starlette(
        routes=[AsgiRoute("/{path:path}", endpoint, methods=_METHODS)],
        exception_handlers={405: _not_allowed, Exception: _unexpected},
    )


def answer(call: Call) -> Reply:
    """Answer one call; errors become Salesforce's list of errors."""
    try:
        return ROUTER.answer(call)
    except OrgError as error:
        return json_reply([error.body()], error.status)
    except SoqlError as error:
        return json_reply([{"message": error.message, "errorCode": error.code}], 400)
    except sqlite3.Error as error:
        _log.exception("sandbox.store_failed", error=str(error))
        return json_reply([_unknown(error).body()], 500)


async def _not_allowed(request: Request, _: Exception) -> Response:
    """Answer a method that no resource has."""
    message = f"HTTP Method '{request.method}' not allowed. Allowed are {','.join(_METHODS)}"
    error = OrgError("METHOD_NOT_ALLOWED", message)
    return _response(json_reply([error.body()], error.status))


async def _unexpected(_: Request, error: Exception) -> Response:
    """Answer what nobody foresaw; the server logs where it happened."""
    return _response(json_reply([_unknown(error).body()], 500))


def _unknown(error: Exception) -> OrgError:
    return OrgError("UNKNOWN_EXCEPTION", f"An unexpected error occurred: {type(error).__name__}")


def _received(server: Server, request: Request, body: bytes) -> Reply:
    headers = {name.lower(): value for name, value in request.headers.items()}
    path = request.scope["raw_path"].decode("ascii", "replace").rstrip("/")
    host = headers.get("host", "")
    query = dict(parse_qsl(request.url.query, keep_blank_values=True))
    call = Call(
        server=server,
        method=_method(request.method, query),
        path=path,
        query=query,
        headers=headers,
        body=b"",
        base_url=f"{request.url.scheme}://{host}",
    )
    try:
        call = replace(call, body=_plain(headers, body), session=_session(server, headers))
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        return json_reply([ParserError(f"The body is not valid gzip: {error}").body()], 400)
    return answer_with_faults(call, _counted)


def _counted(call: Call) -> Reply:
    """Answer, count what counts against the day's limit, and log without any content."""
    server, api = call.server, call.path.startswith("/services/data/v")
    if api and call.session and not server.usage.count():
        error = OrgError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        return json_reply([error.body()], error.status, server.usage.header)
    reply = answer(call)
    resource = "/".join(call.path.split("/")[:_LOGGED_STEPS])
    _log.debug("sandbox.answered", method=call.method, resource=resource, status=reply.status)
    return replace(reply, headers={**reply.headers, **server.usage.header})


def _session(server: Server, headers: Mapping[str, str]) -> Session | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() not in {"bearer", "oauth"}:
        return None
    return server.sessions.use(token.strip(), server.org.clock())


def _method(method: str, query: Mapping[str, str]) -> str:
    """Return the method meant: clients that cannot send PATCH say it in a POST's query."""
    return query.get("_HttpMethod", method).upper() if method == "POST" else method


def _plain(headers: Mapping[str, str], body: bytes) -> bytes:
    return gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body


def _too_long(request: Request) -> Reply | None:
    uri = len(request.scope["raw_path"]) + len(request.scope["query_string"])
    if uri > _LONGEST_URI:
        return Reply(414, _HTML.format("414 URI Too Long").encode(), "text/html;charset=UTF-8")
    if sum(len(name) + len(value) for name, value in request.headers.raw) > _LONGEST_HEADERS:
        title = "431 Request Header Fields Too Large"
        return Reply(431, _HTML.format(title).encode(), "text/html;charset=UTF-8")
    return None


def _response(reply: Reply) -> Response:
    if reply.cut_after is not None:
        return BrokenOff(reply)
    if reply.stream is not None:
        return StreamingResponse(
            reply.stream, reply.status, headers=dict(reply.headers), media_type=reply.media_type
        )
    media = reply.media_type if reply.body else None
    return Response(reply.body, reply.status, headers=dict(reply.headers), media_type=media)
