"""The way of a statement through the org: read, compiled, counted, and its records one by one."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crm_sync.sandbox.schema import Schema
from crm_sync.sandbox.soql.context import Context
from crm_sync.sandbox.soql.counts import CountedRows, compile_count
from crm_sync.sandbox.soql.errors import too_complicated
from crm_sync.sandbox.soql.groups import Groups, compile_groups, is_grouped
from crm_sync.sandbox.soql.parser import parse
from crm_sync.sandbox.soql.records import Records, compile_records
from crm_sync.sandbox.soql.resolve import Scope, object_named
from crm_sync.sandbox.soql.restrictions import check_where
from crm_sync.sandbox.soql.texts import teach
from crm_sync.sandbox.soql.tree import Query

__all__ = ["Rows", "run"]

# What SQLite says when a statement is beyond what it can hold.
_LIMITS = ("stack overflow", "too large", "too many", "at most 64 tables")


@dataclass(frozen=True)
class Rows:
    """How many records a statement gives, and the records in Salesforce's JSON, read as asked.

    `grouped` says that they are groups, which an org does not give page by page.
    """

    total_size: int
    records: Iterator[dict[str, Any]]
    grouped: bool


def run(
    connection: sqlite3.Connection,
    schema: Schema,
    text: str,
    *,
    now: datetime,
    include_deleted: bool = False,
    api_version: str = "62.0",
) -> Rows:
    """Run a statement and return its rows; raises SoqlError when an org would refuse it.

    `now` decides what TODAY is (days are UTC's); `include_deleted` is queryAll. The connection
    must stay as it is until the records have been read.
    """
    query = parse(text)
    today = now.astimezone(UTC).date()
    deleted = include_deleted or query.all_rows
    context = Context(text, schema, today, deleted, float(api_version))
    compiled = _compiled(context, query)
    teach(connection)
    try:
        total = compiled.count(connection)
    except sqlite3.OperationalError as error:
        if any(limit in str(error) for limit in _LIMITS):
            raise too_complicated() from error
        raise
    return Rows(total, compiled.records(connection), isinstance(compiled, Groups))


def _compiled(context: Context, query: Query) -> Records | Groups | CountedRows:
    root = object_named(context.schema, context.text, query.sources[0].name)
    check_where(root, query.where)
    scope = Scope(context.text, context.schema, root, query.sources)
    if not query.items:
        return compile_count(context, scope, query)
    compile_rows = compile_groups if is_grouped(query) else compile_records
    return compile_rows(context, scope, query)
