"""The adapter under every call: a time limit always, and the way to an org on this machine."""

from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

__all__ = ["LOGIN_DOMAIN", "Transport"]

# simple-salesforce logs in at https://<domain>.salesforce.com and nowhere else. This stands for
# a login address outside salesforce.com and is led to that address before anything is sent.
LOGIN_DOMAIN = "configured-login"
_PLACEHOLDER = f"{LOGIN_DOMAIN}.salesforce.com"
_CONNECT_SECONDS = 10.0


class Transport(HTTPAdapter):
    """Gives each call a time limit, keeps count and the org's time, and leads it where it belongs.

    simple-salesforce writes `https://` into every address. When `login_url` is plain http (an org
    on this machine) all calls go to its host and scheme; else only the login placeholder does.
    """

    def __init__(self, *, login_url: str, timeout: float) -> None:
        super().__init__()
        self.calls = 0
        self.date: str | None = None
        self._login: SplitResult = urlsplit(login_url)
        self._timeout = (min(timeout, _CONNECT_SECONDS), timeout)

    def send(self, request: PreparedRequest, *_: Any, **options: Any) -> Response:
        """Send the request to where it belongs, at most `timeout` seconds long."""
        request.url = self._address(request.url or "")
        self.calls += 1
        options["timeout"] = self._timeout
        if self._login.scheme == "http":
            options["proxies"] = {}
        response = super().send(request, **options)
        self.date = response.headers.get("Date")
        return response

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        if self._login.scheme == "http" or parts.hostname == _PLACEHOLDER:
            parts = parts._replace(scheme=self._login.scheme, netloc=self._login.netloc)
        return urlunsplit(parts)
