"""From method and path to a handler, with Salesforce's own answers when there is none."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import unquote

from crm_sync.sandbox.errors import OrgError, no_such_object
from crm_sync.sandbox.http.call import Call, Reply
from crm_sync.sandbox.http.versions import VERSIONS

__all__ = ["Handler", "Route", "Router"]

Handler = Callable[[Call], Reply]


@dataclass(frozen=True)
class Route:
    """`template` has parts in braces, each one step of the path; `{rest...}` takes all steps."""

    method: str
    template: str
    handler: Handler
    open: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Return what a path must look like."""
        named = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template)
        return re.compile(re.sub(r"\{(\w+)\.\.\.\}", r"(?P<\1>.*)", named) + "/?")


class Router:
    """Answers calls; the first route that fits wins."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = tuple(routes)

    def answer(self, call: Call) -> Reply:
        """Return the handler's answer; raises OrgError for a path or method without one.

        Steps of the path are matched before %2F and the like are read, so that an external id may
        hold a slash.
        """
        fitting = [
            (route, match)
            for route in self._routes
            if (match := route.pattern.fullmatch(call.path))
        ]
        method = "GET" if call.method == "HEAD" else call.method
        for route, match in fitting:
            if route.method == method:
                parts = {name: unquote(value) for name, value in match.groupdict().items()}
                if "version" in parts and parts["version"] not in VERSIONS:
                    raise no_such_object()
                if not route.open and call.session is None:
                    raise OrgError("INVALID_SESSION_ID", "Session expired or invalid")
                return route.handler(replace(call, parts=parts))
        raise _refusal(call, [route.method for route, _ in fitting])


def _refusal(call: Call, allowed: Sequence[str]) -> OrgError:
    if call.session is None and call.path.startswith("/services/data/v"):
        return OrgError("INVALID_SESSION_ID", "Session expired or invalid")
    if not allowed:
        return no_such_object()
    if "GET" in allowed:
        allowed = ["HEAD", *allowed]
    names = ",".join(dict.fromkeys(allowed))
    message = f"HTTP Method '{call.method}' not allowed. Allowed are {names}"
    return OrgError("METHOD_NOT_ALLOWED", message)
