"""SOQL over HTTP: the first page runs the query, later pages continue its cursor."""

import json
import re

from crm_sync.sandbox.cursors import Cursor
from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.http.call import Call, Reply
from crm_sync.sandbox.soql import run

__all__ = ["more", "query", "query_all"]

_BATCH = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)
_LOCATOR = re.compile(r"(?P<name>01g[0-9A-Za-z]{15})-(?P<start>\d+)")
_SMALLEST, _LARGEST = 200, 2_000
_NO_PAGES = (
    "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single "
    "batch"
)


def query(call: Call) -> Reply:
    """Run a query on the records that are not in the bin."""
    return _first(call, include_deleted=False)


def query_all(call: Call) -> Reply:
    """Run a query on all records, deleted ones too."""
    return _first(call, include_deleted=True)


def more(call: Call) -> Reply:
    """Return a later page; the same one again when it is asked for again."""
    match = _LOCATOR.fullmatch(call.parts["locator"])
    token = call.session.token if call.session else ""
    cursor = call.server.cursors.find(token, match["name"] if match else "")
    if match is None or int(match["start"]) > cursor.total_size:
        raise OrgError("INVALID_QUERY_LOCATOR", "invalid query locator")
    return _page(call, cursor, match["name"], int(match["start"]))


def _first(call: Call, *, include_deleted: bool) -> Reply:
    text = call.query.get("q")
    if not text:
        raise OrgError("MALFORMED_QUERY", "A query string has to be specified")
    cursor = _run(call, text, include_deleted=include_deleted)
    return _page(call, cursor, None, 0)


def _run(call: Call, text: str, *, include_deleted: bool) -> Cursor:
    org = call.server.org
    connection = org.storage.take_reader()
    try:
        rows = run(
            connection,
            call.schema,
            text,
            now=org.clock(),
            include_deleted=include_deleted,
            api_version=call.version,
        )
        if rows.grouped and rows.total_size > _batch_size(call):
            raise OrgError("EXCEEDED_ID_LIMIT", _NO_PAGES)
    except BaseException:
        org.storage.give_back(connection)
        raise
    return Cursor(rows.total_size, rows.records, lambda: org.storage.give_back(connection))


def _page(call: Call, cursor: Cursor, locator: str | None, start: int) -> Reply:
    records, end, done = cursor.page(start, _batch_size(call))
    head = f'"totalSize":{cursor.total_size},"done":{json.dumps(done)}'
    if not done:
        token = call.session.token if call.session else ""
        locator = locator or call.server.cursors.keep(token, cursor)
        head += f',"nextRecordsUrl":"{call.root}/query/{locator}-{end}"'
    elif locator is None:
        cursor.close()
    return Reply(200, b"{%b,%b:[%b]}" % (head.encode(), b'"records"', records))


def _batch_size(call: Call) -> int:
    """Return the page size that the client wishes for, within what Salesforce allows."""
    match = _BATCH.search(call.headers.get("sforce-query-options", ""))
    return min(max(int(match[1]), _SMALLEST), _LARGEST) if match else _LARGEST
