"""Every answer says when it was made by the org's own clock, to the second and never later."""

from datetime import UTC
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_sync.sandbox.org import Org

__all__ = ["dated"]


def dated(app: ASGIApp, org: Org) -> ASGIApp:
    """Return the application with a Date in each answer."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = format_datetime(org.clock().astimezone(UTC), usegmt=True).encode()
                message = {**message, "headers": [*message["headers"], (b"date", now)]}
            await send(message)

        await app(scope, receive, send_dated)

    return answer
