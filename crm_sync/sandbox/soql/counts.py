"""SELECT COUNT(): how many rows there are, and no record."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crm_sync.sandbox.soql.context import Context
from crm_sync.sandbox.soql.errors import SoqlError, refuse
from crm_sync.sandbox.soql.limits import window
from crm_sync.sandbox.soql.resolve import Scope
from crm_sync.sandbox.soql.statements import Statement, filtered
from crm_sync.sandbox.soql.tree import Call, Operand, Query

__all__ = ["CountedRows", "compile_count"]


@dataclass(frozen=True)
class CountedRows:
    """A compiled SELECT COUNT()."""

    statement: Statement

    def count(self, connection: sqlite3.Connection) -> int:
        """Return the number of rows."""
        return self.statement.count(connection)

    def records(self, _connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
        """Return nothing."""
        return iter(())


def compile_count(context: Context, scope: Scope, query: Query) -> CountedRows:
    """Return the compiled statement; raises SoqlError when an org would refuse it."""
    if query.group:
        raise SoqlError("MALFORMED_QUERY", "Grouped query cannot use COUNT() in the SELECT list")
    if query.order:
        key = query.order[0].what
        what = f"Ordered field must be grouped or aggregated: {_first_name(key)}"
        raise refuse(context.text, key.at, what)
    tests, values = filtered(context, scope, query)
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    wanted = window(context.text, query, scope.root.entity)
    return CountedRows(Statement([], f"FROM {scope.sql}{where}", [], values, wanted))


def _first_name(what: Operand) -> str:
    return what.name if isinstance(what, Call) else what.text
