"""One request and one answer, free of the web framework, so that composite calls can make them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_sync.sandbox.cursors import Cursors
from crm_sync.sandbox.errors import OrgError, ParserError
from crm_sync.sandbox.faults import FaultPlan
from crm_sync.sandbox.http.usage import Usage
from crm_sync.sandbox.jobs import Jobs
from crm_sync.sandbox.org import Org
from crm_sync.sandbox.schema import Schema
from crm_sync.sandbox.sessions import Session, Sessions

__all__ = ["Call", "Reply", "Server", "json_reply"]

_JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True)
class Server:
    """What all requests share."""

    org: Org
    sessions: Sessions
    cursors: Cursors
    usage: Usage
    jobs: Jobs
    faults: FaultPlan

    def close(self) -> None:
        """Let go of all that requests left open."""
        self.jobs.close()
        self.cursors.close()


@dataclass(frozen=True)
class Call:
    """One request. `parts` are the values in its path, `query` those after the question mark.

    `headers` are by lower-case name, `base_url` is where the client believes us to be.
    """

    server: Server
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base_url: str
    session: Session | None = None
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Return the version of the API in the path, e.g. 62.0."""
        return self.parts["version"]

    @property
    def root(self) -> str:
        """Return the path under which the version's resources are."""
        return f"/services/data/v{self.version}"

    @property
    def user_id(self) -> str:
        """Return the user who asks; only calls with a session get this far."""
        if self.session is None:
            raise OrgError("INVALID_SESSION_ID", "Session expired or invalid")
        return self.session.user_id

    @property
    def schema(self) -> Schema:
        """Return what the org has, as it looks to the user who asks."""
        return self.server.org.seen_by(self.user_id)

    def json(self) -> Any:
        """Return the body read as JSON; raises OrgError for another type, ParserError for bad."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            message = f"Content-Type header specified in HTTP request is not supported: {kind}"
            raise OrgError("UNSUPPORTED_MEDIA_TYPE", message)
        try:
            read = json.loads(self.body)
            json.dumps(read, ensure_ascii=False).encode()  # half a character is no text
        except (ValueError, RecursionError) as error:
            raise ParserError(f"The HTTP entity body is not readable as JSON: {error}") from error
        return read

    def json_object(self) -> dict[str, Any]:
        """Return the body read as a JSON object; raises OrgError or ParserError."""
        read = self.json()
        if not isinstance(read, dict):
            raise ParserError("The HTTP entity body must be a JSON object")
        return read


@dataclass(frozen=True)
class Reply:
    """One answer; a `stream` is sent in place of the body, piece by piece.

    `cut_after` drops the connection after so many bytes of it; -1: before any sign of an answer.
    """

    status: int
    body: bytes = b""
    media_type: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Iterable[bytes] | None = None
    cut_after: int | None = None


def json_reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Return an answer with a JSON body."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Reply(status, text.encode(), headers=headers or {})
