"""A session with an org: reading pages, writing rows, asking what exists."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from time import sleep as _sleep
from typing import Any
from urllib.parse import quote as percent

from simple_salesforce.api import Salesforce
from tenacity import RetryCallState, retry_if_result

from crm_sync.errors import CrmUnreadable
from crm_sync.salesforce.batching import batch
from crm_sync.salesforce.calls import Calls
from crm_sync.salesforce.collections import RowResult, batches, read_results
from crm_sync.salesforce.describe import Description, read_description, read_names
from crm_sync.salesforce.details import Detail, read_detail
from crm_sync.salesforce.replication import Deleted, read_deleted
from crm_sync.salesforce.settings import CrmSettings
from crm_sync.salesforce.soql import chunks_of_literals

__all__ = ["Query", "Session", "connect"]

Row = Mapping[str, Any]
_MOST_READ = 2_000


@dataclass(frozen=True)
class Query:
    """A query's answer: how many rows it has, and its pages, asked for when they are needed."""

    total: int
    pages: Iterator[list[dict[str, Any]]]


def connect(settings: CrmSettings, *, sleep: Callable[[float], None] = _sleep) -> "Session":
    """Log in and return the session. `sleep` waits between attempts (seconds).

    Raises SettingsError when the settings do not suffice to log in; CrmLoginFailed, CrmUnreachable
    or CrmUnreadable.
    """
    settings.check_complete()
    return Session(settings, sleep=sleep)


class Session(Calls):
    """One login. Not for several threads at once. All methods raise subclasses of CrmError."""

    @property
    def page_size(self) -> int:
        """Return how many rows a page of a query has at most."""
        return self._settings.page_size

    def object_names(self) -> frozenset[str]:
        """Return the API names of all objects that our user can see."""
        return read_names(self.resource("sobjects"))

    def describe(self, name: str) -> Description:
        """Return an object's fields and their types."""
        return read_description(name, self.resource(f"sobjects/{name}/describe"))

    def describe_all(self, names: Sequence[str]) -> list[Description]:
        """Return the descriptions of several objects, in as few calls as the org accepts."""
        answers = batch(self, [f"sobjects/{name}/describe" for name in names])
        return [
            self.describe(name) if answer is None else read_description(name, answer)
            for name, answer in zip(names, answers, strict=True)
        ]

    def details(self, names: Sequence[str]) -> list[Detail]:
        """Return all that the org says of several objects, in as few calls as it accepts."""
        paths = [f"sobjects/{name}/describe" for name in names]
        answers = zip(names, paths, batch(self, paths), strict=True)
        return [
            read_detail(name, self.resource(path) if answer is None else answer)
            for name, path, answer in answers
        ]

    def counts(self, queries: Sequence[str]) -> list[int | None]:
        """Return the answers of several `SELECT COUNT() ...`; None for one that has none."""
        answers = batch(self, [f"query/?q={percent(each)}" for each in queries])
        return [answer.get("totalSize") if isinstance(answer, dict) else None for answer in answers]

    def deleted(self, name: str, start: datetime, end: datetime) -> Deleted:
        """Return what was deleted between two instants, for good too, and up to when that holds.

        The org keeps 15 days; it refuses what lies before (INVALID_REPLICATION_DATE).
        """
        between = {"start": _with_zone(start), "end": _with_zone(end)}
        path = f"sobjects/{name}/deleted"
        return read_deleted(name, self.resource(path, params=between))

    def count(self, soql: str, *, include_deleted: bool = False) -> int:
        """Return the answer of a `SELECT COUNT() ...`."""
        answer = self.call("query", lambda crm: crm.query(soql, include_deleted=include_deleted))
        return int(_checked(answer)["totalSize"])

    def pages(self, soql: str, *, include_deleted: bool = False) -> Iterator[list[dict[str, Any]]]:
        """Return a query's rows page by page; see `query`."""
        yield from self.query(soql, include_deleted=include_deleted).pages

    def query(self, soql: str, *, include_deleted: bool = False) -> Query:
        """Ask for a query's rows. A page after the first is asked for when it is needed.

        A locator may die on the way: CrmRefused with code INVALID_QUERY_LOCATOR; ask again from
        the last row seen.
        """
        headers = {"Sforce-Query-Options": f"batchSize={self._settings.page_size}"}
        answer = _checked(
            self.call(
                "query",
                lambda crm: crm.query(soql, include_deleted=include_deleted, headers=headers),
            )
        )
        return Query(int(answer["totalSize"]), self._pages(answer, headers))

    def _pages(
        self, answer: dict[str, Any], headers: Mapping[str, str]
    ) -> Iterator[list[dict[str, Any]]]:
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
            answer = self.call(path, read)
            found.update((row["Id"], row) for row in answer or () if row)
        return found

    @cached_property
    def user_id(self) -> str:
        """Return the Id of the user as whom we are logged in."""
        answer = self.call("userinfo", lambda crm: crm.oauth2("userinfo"))
        if not isinstance(answer, dict) or "user_id" not in answer:
            raise CrmUnreadable(
                "The CRM does not say who we are.",
                remedy="Let the connected app use the scope openid, or log in another way.",
            )
        return str(answer["user_id"])

    def _more(self, address: str, headers: Mapping[str, str]) -> dict[str, Any]:
        return _checked(
            self.call(
                "query",
                lambda crm: crm.query_more(address, identifier_is_url=True, headers=headers),
            )
        )

    def _write(
        self, method: str, path: str, name: str, rows: Sequence[Row], *, repeat: bool = True
    ) -> list[RowResult]:
        records = [{"attributes": {"type": name}, **row} for row in rows]
        results: list[RowResult] = []
        for positions in batches(records):
            chosen = [records[position] for position in positions]
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
            answer = self.resource(path, method=method, json=chosen, repeat=repeat)
            results.update(zip(waiting, read_results(answer, len(waiting)), strict=True))
            return sum(results[n].retryable for n in waiting)

        self._retrying.copy(retry=retry_if_result(bool), retry_error_callback=_keep)(send_the_rest)
        return [results[n] for n in range(len(records))]


def _with_zone(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _checked(answer: Any) -> dict[str, Any]:
    """Return a query's answer when it has the shape of one."""
    wanted = {"totalSize", "done", "records"}
    if isinstance(answer, dict) and wanted <= answer.keys():
        return answer
    raise CrmUnreadable(
        "The CRM answered a query with something that is no result.",
        remedy="Check that crm.login_url is a Salesforce org and nothing stands between.",
    )


def _keep(_: RetryCallState) -> None:
    """Keep the results as they stand: what is still locked is reported row by row."""
