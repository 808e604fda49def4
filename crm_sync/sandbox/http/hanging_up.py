"""Answers that break off: the protocol lets the application drop its connection."""

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from crm_sync.sandbox.http.call import Reply

__all__ = ["BrokenOff", "DroppableProtocol"]

_DROP = "crm_sync.drop"


class DroppableProtocol(H11Protocol):
    """HTTP/1.1 whose connections an application can drop."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        app = self.app

        async def droppable(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, _DROP: self._drop}, receive, send)

        self.app = droppable

    def _drop(self) -> None:
        self.transport.close()  # what was written before still arrives


class BrokenOff(Response):
    """A reply whose connection is dropped after `cut_after` bytes; -1: before any sign of it."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self._reply = reply
        self._left = -1 if reply.cut_after is None else reply.cut_after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send as much as there is to be, then drop the connection."""
        if self._left >= 0:
            pieces = self._reply.stream or [self._reply.body]
            headers = dict(self._reply.headers)
            if self._reply.stream is None:
                headers["Content-Length"] = str(len(self._reply.body))
            raw = [(name.lower().encode(), each.encode()) for name, each in headers.items()]
            kind = (b"content-type", self._reply.media_type.encode())
            start = {"status": self._reply.status, "headers": [kind, *raw]}
            await send({"type": "http.response.start", **start})
            for piece in _first(pieces, self._left):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        scope[_DROP]()
        while (await receive())["type"] != "http.disconnect":
            pass


def _first(pieces: Iterable[bytes], count: int) -> Iterable[bytes]:
    for piece in pieces:
        if count <= 0:
            return
        yield piece[:count]
        count -= len(piece)
