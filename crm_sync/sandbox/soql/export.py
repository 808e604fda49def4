"""Statements of bulk queries: flat rows as lines of CSV, refused for what Bulk does not know."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from crm_sync.sandbox.schema import Schema
from crm_sync.sandbox.soql.context import Context
from crm_sync.sandbox.soql.csv_line import line_sql, teach_numbers
from crm_sync.sandbox.soql.errors import SoqlError, refuse
from crm_sync.sandbox.soql.expressions import Expression, express
from crm_sync.sandbox.soql.fields import expanded
from crm_sync.sandbox.soql.groups import is_grouped
from crm_sync.sandbox.soql.limits import window
from crm_sync.sandbox.soql.ordering import order_key
from crm_sync.sandbox.soql.parser import parse
from crm_sync.sandbox.soql.resolve import Scope, object_named
from crm_sync.sandbox.soql.restrictions import check_where
from crm_sync.sandbox.soql.statements import Statement, filtered
from crm_sync.sandbox.soql.texts import teach
from crm_sync.sandbox.soql.tree import Item, Query

__all__ = ["Export", "compile_export"]

_COMPOUND = frozenset({"address", "location"})
_ROWS_AT_ONCE = 2_000
_SHOWN_FUNCTIONS = frozenset({None, "CONVERTCURRENCY", "TOLABEL"})


@dataclass(frozen=True)
class Export:
    """A compiled bulk query: the object it reads, the names of its columns, and its rows."""

    sobject: str
    header: Sequence[str]
    _statement: Statement

    def lines(self, connection: sqlite3.Connection) -> Iterator[list[bytes]]:
        """Yield the rows as lines of CSV, some thousand at a time."""
        teach(connection)
        teach_numbers(connection)
        cursor = self._statement.rows(connection)
        while page := cursor.fetchmany(_ROWS_AT_ONCE):
            yield [line for (line,) in page]


def compile_export(
    schema: Schema,
    text: str,
    *,
    now: datetime,
    include_deleted: bool = False,
    api_version: str = "62.0",
    delimiter: str = ",",
    ending: str = "\n",
) -> Export:
    """Return the compiled query; raises SoqlError when an org or its Bulk API would refuse it.

    `now` decides what TODAY is; `include_deleted` is queryAll.
    """
    query = parse(text)
    _check_flat(query)
    deleted = include_deleted or query.all_rows
    context = Context(text, schema, now.astimezone(UTC).date(), deleted, float(api_version))
    root = object_named(schema, text, query.sources[0].name)
    check_where(root, query.where)
    scope = Scope(text, schema, root, query.sources)
    columns = _columns(context, scope, query)
    tests, values = filtered(context, scope, query)
    order = [order_key(text, express(scope, each.what), each) for each in query.order]
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    line = line_sql(list(columns.values()), delimiter, ending)
    statement = Statement(
        [line], f"FROM {scope.sql}{where}", order, values, window(text, query, root.name)
    )
    return Export(root.name, list(columns), statement)


def _check_flat(query: Query) -> None:
    if not query.items or is_grouped(query):
        raise _unsupported("Aggregate queries")
    if any(not isinstance(each, Item) for each in query.items):
        raise _unsupported("Aggregate Relationships")
    if query.offset is not None:
        raise _unsupported("OFFSET")


def _unsupported(what: str) -> SoqlError:
    return SoqlError("FUNCTIONALITY_NOT_ENABLED", f"{what} not supported in Bulk Query")


def _columns(context: Context, scope: Scope, query: Query) -> dict[str, Expression]:
    """Return what is selected by the name of its column, e.g. Account.Name."""
    sobject = scope.root.objects[0]
    most = window(context.text, query, sobject.name).most
    found: dict[str, Expression] = {}
    for item in expanded(context.text, query.items, sobject, most, context.api_version):
        if not isinstance(item, Item):
            continue  # refused before
        value = express(scope, item.what)
        _check_shown(value)
        name = ".".join((*value.path, value.field.name))
        if name in found:
            what = f"duplicate field selected: {value.written.text}"
            raise refuse(context.text, value.written.at, what, "INVALID_FIELD")
        found[name] = value
    return found


def _check_shown(value: Expression) -> None:
    if value.field.type in _COMPOUND:
        raise _unsupported("Selecting compound data")
    if value.field.type == "base64":
        raise _unsupported("Selecting binary data")
    if value.function not in _SHOWN_FUNCTIONS:
        raise _unsupported(f"{value.function}()")
