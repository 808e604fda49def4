"""Run an org as a server: in a thread for tests and the demo, or in the foreground."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Self

import uvicorn

from crm_sync.sandbox.cursors import Cursors
from crm_sync.sandbox.errors import SandboxError
from crm_sync.sandbox.faults import FaultPlan
from crm_sync.sandbox.http import build_app
from crm_sync.sandbox.http.call import Server
from crm_sync.sandbox.http.hanging_up import DroppableProtocol
from crm_sync.sandbox.http.heading import headed
from crm_sync.sandbox.http.usage import Usage
from crm_sync.sandbox.jobs import Jobs
from crm_sync.sandbox.org import Org
from crm_sync.sandbox.schema import Schema
from crm_sync.sandbox.sessions import Sessions
from crm_sync.sandbox.settings import OrgSettings

__all__ = ["LocalOrg", "serve"]

_LOOPBACK = "127.0.0.1"
_START_SECONDS = 30
_LARGEST_REQUEST_HEAD = 2**20


class LocalOrg:
    """An org that answers on a free loopback port while the `with` lasts.

    `url` is its address; `org` the records behind it; `sessions` and `usage` what clients did;
    `faults` what happens to their calls.
    """

    def __init__(self, org: Org, port: int = 0, faults: FaultPlan | None = None) -> None:
        self.org = org
        self._server = _new_server(org, faults or FaultPlan())
        self._listener = _listen(_LOOPBACK, port)
        self._uvicorn = uvicorn.Server(_config(self._server))
        self._thread = threading.Thread(target=self._run, name="local-org", daemon=True)
        self.url = f"http://{_LOOPBACK}:{self._listener.getsockname()[1]}"

    @classmethod
    @contextmanager
    def start(
        cls,
        schema: Schema,
        *,
        path: Path | None = None,
        settings: OrgSettings | None = None,
        clock: Callable[[], datetime] | None = None,
        port: int = 0,
        faults: FaultPlan | None = None,
    ) -> Iterator[Self]:
        """Make an org (see Org), serve it, and close both at the end."""
        given = {"clock": clock} if clock else {}
        with (
            Org(schema, path=path, settings=settings, **given) as org,
            cls(org, port, faults) as served,
        ):
            yield served

    @property
    def login(self) -> dict[str, str]:
        """Return what a client logs in with as the integration user, by its own credentials."""
        return {
            "login_url": self.url,
            "auth": "client_credentials",
            "consumer_key": self.org.settings.client_id,
            "consumer_secret": self.org.settings.client_secret,
        }

    @property
    def faults(self) -> FaultPlan:
        """Return what happens to calls on purpose."""
        return self._server.faults

    @property
    def sessions(self) -> Sessions:
        """Return who is logged in."""
        return self._server.sessions

    @property
    def jobs(self) -> Jobs:
        """Return the bulk jobs."""
        return self._server.jobs

    @property
    def usage(self) -> Usage:
        """Return how many calls were made."""
        return self._server.usage

    def __enter__(self) -> Self:
        """Start answering; returns when the first request can be made."""
        self._thread.start()
        started = threading.Event()
        for _ in range(_START_SECONDS * 200):
            if self._uvicorn.started or not self._thread.is_alive():
                break
            started.wait(0.005)
        if not self._uvicorn.started:
            raise SandboxError("The local org did not start.", where=self.url)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop answering and wait until every connection is closed."""
        self._uvicorn.should_exit = True
        self._thread.join()
        self._listener.close()
        self._server.close()

    def _run(self) -> None:
        asyncio.run(self._uvicorn.serve(sockets=[self._listener]))


def serve(
    org: Org,
    host: str = _LOOPBACK,
    port: int = 8080,
    *,
    faults: FaultPlan | None = None,
    listening: Callable[[str], None] = lambda _url: None,
) -> None:
    """Serve an org until the process is told to stop; raises SandboxError when it cannot listen.

    `listening` is told the address as soon as clients can connect.
    """
    server = _new_server(org, faults or FaultPlan())
    try:
        # uvicorn stops in good order at Ctrl-C and only then passes it on.
        with _listen(host, port) as listener, suppress(KeyboardInterrupt):
            listening(f"http://{host}:{listener.getsockname()[1]}")
            asyncio.run(uvicorn.Server(_config(server)).serve(sockets=[listener]))
    finally:
        server.close()


def _new_server(org: Org, faults: FaultPlan) -> Server:
    settings = org.settings
    sessions = Sessions(org.id, settings.session_seconds, settings.session_calls)
    usage = Usage(settings.daily_api_requests)
    return Server(org, sessions, Cursors(), usage, Jobs(org, faults), faults)


def _config(server: Server) -> uvicorn.Config:
    return uvicorn.Config(
        headed(build_app(server), server.org),
        date_header=False,  # uvicorn's own is up to a second old
        http=DroppableProtocol,  # over h11, whose longest request line can be set
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=_LARGEST_REQUEST_HEAD,
        timeout_graceful_shutdown=2,
    )


def _listen(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port))
        # asyncio sets this on sockets that it opens itself; without it each answer waits 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        raise SandboxError(
            f"The local org cannot listen: {error.strerror}.",
            where=f"{host}:{port}",
            remedy="Choose another port with --port; 0 takes any free one.",
        ) from error
