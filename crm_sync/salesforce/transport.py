"""The adapter under every call: a time limit, the allowance, the way to an org on this machine."""

from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from crm_sync.salesforce.allowance import Allowance

__all__ = ["LOGIN_DOMAIN", "Transport"]

# simple-salesforce logs in at https://<domain>.salesforce.com and nowhere else. This stands for
# a login address outside salesforce.com and is led to that address before anything is sent.
LOGIN_DOMAIN = "configured-login"
_PLACEHOLDER = f"{LOGIN_DOMAIN}.salesforce.com"
_CONNECT_SECONDS = 10.0
_COUNTED = "/services/data/"  # logins do not count


class Transport(HTTPAdapter):
    """Gives each call a time limit, keeps count and the org's time, and leads it where it belongs.

    The time and `Retry-After` are those of the last answer.

    simple-salesforce writes `https://` into every address. When `login_url` is plain http (an org
    on this machine) all calls go to its host and scheme; else only the login placeholder does.
    """

    def __init__(self, *, login_url: str, timeout: float, allowance: Allowance) -> None:
        super().__init__()
        self.calls = 0
        self.date: str | None = None
        self.retry_after: str | None = None
        self._allowance = allowance
        self._login: SplitResult = urlsplit(login_url)
        self._timeout = (min(timeout, _CONNECT_SECONDS), timeout)

    def send(self, request: PreparedRequest, *_: Any, **options: Any) -> Response:
        """Send the request to where it belongs, at most `timeout` seconds long.

        Raises CrmLimitReached instead when the allowance is down to its reserve.
        """
        request.url = self._address(request.url or "")
        if _COUNTED in request.url:
            self._allowance.spend(self._login.geturl())
        self.calls += 1
        options["timeout"] = self._timeout
        if self._login.scheme == "http":
            options["proxies"] = {}
        response = super().send(request, **options)
        self.date = response.headers.get("Date")
        self.retry_after = response.headers.get("Retry-After")
        self._allowance.note(response.headers.get("Sforce-Limit-Info"))
        return response

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        if self._login.scheme == "http" or parts.hostname == _PLACEHOLDER:
            parts = parts._replace(scheme=self._login.scheme, netloc=self._login.netloc)
        return urlunsplit(parts)
