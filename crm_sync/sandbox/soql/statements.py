"""What a statement becomes: SQL with its parameters, and how many rows it has."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from crm_sync.sandbox.soql.conditions import Conditions
from crm_sync.sandbox.soql.context import Context
from crm_sync.sandbox.soql.expressions import Expression, unknown
from crm_sync.sandbox.soql.limits import Window
from crm_sync.sandbox.soql.literals import Value
from crm_sync.sandbox.soql.resolve import Scope
from crm_sync.sandbox.soql.tree import Query

__all__ = ["Statement", "filtered"]

_NEVER_TESTED = frozenset({"CONVERTCURRENCY", "CONVERTTIMEZONE", "GROUPING"})


@dataclass(frozen=True)
class Statement:
    """A SELECT whose parameters are `values` in order.

    `body` begins with FROM, `order` holds the keys of ORDER BY.
    """

    columns: Sequence[str]
    body: str
    order: Sequence[str]
    values: Sequence[Value]
    window: Window

    def rows(self, connection: sqlite3.Connection) -> sqlite3.Cursor:
        """Return a cursor over the rows."""
        ordered = f" ORDER BY {', '.join(self.order)}" if self.order else ""
        sql = f"SELECT {', '.join(self.columns)} {self.body}{ordered} LIMIT ? OFFSET ?"
        return connection.execute(sql, self._parameters())

    def count(self, connection: sqlite3.Connection) -> int:
        """Return the number of rows."""
        sql = f"SELECT COUNT(*) FROM (SELECT 1 {self.body} LIMIT ? OFFSET ?)"
        number: int = connection.execute(sql, self._parameters()).fetchone()[0]
        return number

    def _parameters(self) -> list[Value]:
        return [*self.values, self.window.most, self.window.skip]


def filtered(context: Context, scope: Scope, query: Query) -> tuple[list[str], list[Value]]:
    """Return the tests that rows must pass, and their values in order."""
    conditions = Conditions(context, scope, lambda tested: _of_one_row(scope, tested))
    tests = [] if query.where is None else [conditions.sql(query.where)]
    return [*tests, *context.hidden(scope)], conditions.values


def _of_one_row(scope: Scope, tested: Expression) -> Expression:
    if tested.aggregate or tested.function in _NEVER_TESTED:
        raise unknown(scope, tested.at)
    return tested
