"""The head of every answer, as Salesforce writes it.

It says when the answer was made by the org's own clock, to the second and never later. Names begin
with capitals: some clients look for them so.
"""

from datetime import UTC
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_sync.sandbox.org import Org

__all__ = ["headed"]


def headed(app: ASGIApp, org: Org) -> ASGIApp:
    """Return the application with such a head on each answer."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = format_datetime(org.clock().astimezone(UTC), usegmt=True).encode()
                headers = [(name.title(), value) for name, value in message["headers"]]
                message = {**message, "headers": [*headers, (b"Date", now)]}
            await send(message)

        await app(scope, receive, send_headed)

    return answer
