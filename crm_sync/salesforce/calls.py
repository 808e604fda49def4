"""Calls to one org under one login: repeated when the reason passes, renewed when it has ended."""

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import requests
import structlog
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceExpiredSession
from simple_salesforce.util import exception_handler

from crm_sync.errors import CrmLoginFailed
from crm_sync.salesforce.allowance import Allowance, ApiUsage
from crm_sync.salesforce.failures import translated_errors
from crm_sync.salesforce.login import log_in
from crm_sync.salesforce.patience import patient
from crm_sync.salesforce.settings import CrmSettings
from crm_sync.salesforce.transport import Transport

__all__ = ["Calls"]

T = TypeVar("T")
_FAILED = 300
_log = structlog.get_logger(__name__)


class Calls:
    """One login. Not for several threads at once. All methods raise subclasses of CrmError."""

    def __init__(self, settings: CrmSettings, *, sleep: Callable[[float], None]) -> None:
        self.sleep = sleep
        self.allowance = Allowance(settings.reserve_percent)
        self._settings = settings
        self._transport = Transport(
            login_url=settings.login_url, timeout=settings.timeout, allowance=self.allowance
        )
        self._http = requests.Session()
        self._http.mount("https://", self._transport)
        self._retrying = patient(settings.retries, sleep, lambda: self._transport.retry_after)
        self._salesforce = self._retrying(log_in, settings, self._http)

    @property
    def version(self) -> str:
        """Return the version of the API that is spoken, e.g. 62.0."""
        return self._settings.api_version

    @property
    def calls(self) -> int:
        """Return how many calls this session has made, logins and repeats included."""
        return self._transport.calls

    @property
    def api_usage(self) -> ApiUsage | None:
        """Return what the org last said about its allowance; None before it has."""
        return self.allowance.usage

    @property
    def server_time(self) -> datetime | None:
        """Return what the org's clock said in its last answer, to the second."""
        date = self._transport.date
        return parsedate_to_datetime(date) if date else None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def resource(self, path: str, *, method: str = "GET", repeat: bool = True, **given: Any) -> Any:
        """Return the JSON of a resource below the API's version (None: an empty answer).

        `given`: params and json. `repeat`: doing it twice is the same as doing it once.
        """
        return self.call(path, lambda crm: crm.restful(path, method=method, **given), repeat=repeat)

    def download(self, path: str, **params: str | int) -> requests.Response:
        """Return the answer of a resource that is no JSON, read to its end."""

        def get(crm: Salesforce) -> requests.Response:
            headers = {**crm.headers, "Accept": "text/csv"}
            answer = self._http.get(crm.base_url + path, headers=headers, params=params)
            if answer.status_code >= _FAILED:
                exception_handler(answer, name=path)
            return answer

        return self.call(path, get)

    def call(self, path: str, act: Callable[[Salesforce], T], *, repeat: bool = True) -> T:
        """Act on the client. `repeat`: doing it twice is the same as doing it once."""
        return self._retrying(self._once, path, act) if repeat else self._once(path, act)

    def _once(self, path: str, act: Callable[[Salesforce], T]) -> T:
        with translated_errors(f"{self._settings.login_url} {path}"):
            try:
                return act(self._salesforce)
            except SalesforceExpiredSession:
                self._renew()
                return act(self._salesforce)

    def _renew(self) -> None:
        if self._settings.auth == "session":
            raise CrmLoginFailed(
                "The session has ended, or never was one of this org's.",
                where=self._settings.login_url,
                remedy="Give a fresh crm.session_id, or a crm.auth that can log in by itself.",
            )
        _log.info("crm.session_renewed")
        self._salesforce = log_in(self._settings, self._http)
