"""A session with an org: reading pages, writing rows, asking what exists; calls that may be
repeated are, when the reason passes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property, partial
from time import sleep as _sleep
from typing import Any, TypeVar

import requests
import structlog
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceExpiredSession
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    retry_if_result,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from crm_sync.errors import CrmError, CrmLoginFailed, CrmUnreadable
from crm_sync.salesforce.collections import RowResult, batches, read_results
from crm_sync.salesforce.describe import Description, read_description, read_names
from crm_sync.salesforce.failures import translated_errors
from crm_sync.salesforce.login import log_in
from crm_sync.salesforce.settings import CrmSettings
from crm_sync.salesforce.soql import chunks_of_literals
from crm_sync.salesforce.transport import Transport

__all__ = ["ApiUsage", "Session", "connect"]

T = TypeVar("T")
Row = Mapping[str, Any]
_log = structlog.get_logger(__name__)
_MOST_READ = 2_000


@dataclass(frozen=True)
class ApiUsage:
    """API calls of the whole org in the last 24 hours, and how many it may make."""

    used: int
    total: int


def connect(settings: CrmSettings, *, sleep: Callable[[float], None] = _sleep) -> "Session":
    """Log in and return the session. `sleep` waits between attempts (seconds).

    Raises SettingsError when the settings do not suffice to log in; CrmLoginFailed, CrmUnreachable
    or CrmUnreadable.
    """
    settings.check_complete()
    return Session(settings, sleep=sleep)


class Session:
    """One login. Not for several threads at once. All methods raise subclasses of CrmError."""

    def __init__(self, settings: CrmSettings, *, sleep: Callable[[float], None]) -> None:
        self._settings = settings
        self._transport = Transport(login_url=settings.login_url, timeout=settings.timeout)
        self._http = requests.Session()
        self._http.mount("https://", self._transport)
        self._retrying = Retrying(
            sleep=sleep,
            stop=stop_after_attempt(settings.retries + 1),
            wait=wait_exponential(multiplier=0.5, max=30) + wait_random(0, 0.5),
            retry=retry_if_exception(_passes),
            before_sleep=_note_retry,
            reraise=True,
        )
        self._salesforce = self._retrying(log_in, settings, self._http)

    @property
    def calls(self) -> int:
        """Return how many calls this session has made, logins and repeats included."""
        return self._transport.calls

    @property
    def api_usage(self) -> ApiUsage | None:
        """Return what the org last said about its allowance; None before it has."""
        usage = self._salesforce.api_usage.get("api-usage")
        return ApiUsage(usage.used, usage.total) if usage else None

    @property
    def server_time(self) -> datetime | None:
        """Return what the org's clock said in its last answer, to the second."""
        date = self._transport.date
        return parsedate_to_datetime(date) if date else None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def object_names(self) -> frozenset[str]:
        """Return the API names of all objects that our user can see."""
        return read_names(self._call("sobjects", lambda crm: crm.restful("sobjects")))

    def describe(self, name: str) -> Description:
        """Return an object's fields and their types."""
        path = f"sobjects/{name}/describe"
        return read_description(name, self._call(path, lambda crm: crm.restful(path)))

    def count(self, soql: str, *, include_deleted: bool = False) -> int:
        """Return the answer of a `SELECT COUNT() ...`."""
        answer = self._call("query", lambda crm: crm.query(soql, include_deleted=include_deleted))
        return int(_checked(answer)["totalSize"])

    def pages(self, soql: str, *, include_deleted: bool = False) -> Iterator[list[dict[str, Any]]]:
        """Return a query's rows page by page. A page is asked for when it is needed.

        A locator may die on the way: CrmRefused with code INVALID_QUERY_LOCATOR; ask again from
        the last row seen.
        """
        headers = {"Sforce-Query-Options": f"batchSize={self._settings.page_size}"}
        answer = _checked(
            self._call(
                "query",
                lambda crm: crm.query(soql, include_deleted=include_deleted, headers=headers),
            )
        )
        yield answer["records"]
        while not answer["done"]:
            answer = self._more(answer["nextRecordsUrl"], headers)
            yield answer["records"]

    def insert(self, name: str, rows: Sequence[Row]) -> list[RowResult]:
        """Create rows, one result each in their order.

        After a lost answer nobody knows whether rows were made, so it is not repeated: raises
        CrmUnreachable, and the caller looks up what is there.
        """
        return self._write("POST", "composite/sobjects", name, rows, repeat=False)

    def update(self, name: str, rows: Sequence[Row]) -> list[RowResult]:
        """Change rows; each carries its `id`."""
        return self._write("PATCH", "composite/sobjects", name, rows)

    def upsert(self, name: str, rows: Sequence[Row], external_id: str) -> list[RowResult]:
        """Create or change rows by the external id field that each of them carries."""
        return self._write("PATCH", f"composite/sobjects/{name}/{external_id}", name, rows)

    def lookup(self, name: str, field: str, values: Iterable[str]) -> dict[str, str]:
        """Return the Id of each row whose `field` is one of `values`, by that value."""
        found: dict[str, str] = {}
        for literals in chunks_of_literals(values):
            soql = f"SELECT Id, {field} FROM {name} WHERE {field} IN ({literals})"
            for page in self.pages(soql):
                found.update((row[field], row["Id"]) for row in page)
        return found

    def retrieve(
        self, name: str, fields: Sequence[str], ids: Iterable[str]
    ) -> dict[str, dict[str, Any]]:
        """Return these fields of the records with these Ids, by Id; 2,000 records a call.

        A record that is not there, or in the bin, is left out.
        """
        found: dict[str, dict[str, Any]] = {}
        wanted, path = list(ids), f"composite/sobjects/{name}"
        for start in range(0, len(wanted), _MOST_READ):
            asked = {"ids": wanted[start : start + _MOST_READ], "fields": ["Id", *fields]}
            read = partial(Salesforce.restful, path=path, method="POST", json=asked)
            answer = self._call(path, read)
            found.update((row["Id"], row) for row in answer or () if row)
        return found

    @cached_property
    def user_id(self) -> str:
        """Return the Id of the user as whom we are logged in."""
        answer = self._call("userinfo", lambda crm: crm.oauth2("userinfo"))
        if not isinstance(answer, dict) or "user_id" not in answer:
            raise CrmUnreadable(
                "The CRM does not say who we are.",
                remedy="Let the connected app use the scope openid, or log in another way.",
            )
        return str(answer["user_id"])

    def _more(self, address: str, headers: Mapping[str, str]) -> dict[str, Any]:
        return _checked(
            self._call(
                "query",
                lambda crm: crm.query_more(address, identifier_is_url=True, headers=headers),
            )
        )

    def _write(
        self, method: str, path: str, name: str, rows: Sequence[Row], *, repeat: bool = True
    ) -> list[RowResult]:
        records = [{"attributes": {"type": name}, **row} for row in rows]
        results: list[RowResult] = []
        for batch in batches(records):
            chosen = [records[position] for position in batch]
            results += self._collection(method, path, chosen, repeat=repeat)
        return results

    def _collection(
        self, method: str, path: str, records: list[dict[str, Any]], *, repeat: bool
    ) -> list[RowResult]:
        """Write one batch; rows that met a lock are sent again, the others are not."""
        results: dict[int, RowResult] = {}

        def send_the_rest() -> int:
            waiting = [n for n in range(len(records)) if n not in results or results[n].retryable]
            chosen = {"allOrNone": False, "records": [records[n] for n in waiting]}
            answer = self._call(
                path, lambda crm: crm.restful(path, method=method, json=chosen), repeat=repeat
            )
            results.update(zip(waiting, read_results(answer, len(waiting)), strict=True))
            return sum(results[n].retryable for n in waiting)

        self._retrying.copy(retry=retry_if_result(bool), retry_error_callback=_keep)(send_the_rest)
        return [results[n] for n in range(len(records))]

    def _call(self, path: str, act: Callable[[Salesforce], T], *, repeat: bool = True) -> T:
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


def _checked(answer: Any) -> dict[str, Any]:
    """Return a query's answer when it has the shape of one."""
    wanted = {"totalSize", "done", "records"}
    if isinstance(answer, dict) and wanted <= answer.keys():
        return answer
    raise CrmUnreadable(
        "The CRM answered a query with something that is no result.",
        remedy="Check that crm.login_url is a Salesforce org and nothing stands between.",
    )


def _passes(error: BaseException) -> bool:
    return isinstance(error, CrmError) and error.retryable


def _keep(_: RetryCallState) -> None:
    """Keep the results as they stand: what is still locked is reported row by row."""


def _note_retry(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    reason = type(error).__name__ if error else "rows_locked"
    _log.warning("crm.call_repeated", attempt=state.attempt_number, reason=reason)
