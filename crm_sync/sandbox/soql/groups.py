"""Statements that give groups: GROUP BY, ROLLUP, CUBE, HAVING and aggregates over all rows."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from crm_sync.sandbox.soql.checks import check_groupable
from crm_sync.sandbox.soql.conditions import Conditions
from crm_sync.sandbox.soql.context import Context
from crm_sync.sandbox.soql.errors import SoqlError, refuse
from crm_sync.sandbox.soql.expressions import AGGREGATES, DATE_FUNCTIONS, Expression, express
from crm_sync.sandbox.soql.fields import expanded
from crm_sync.sandbox.soql.limits import window
from crm_sync.sandbox.soql.ordering import order_key
from crm_sync.sandbox.soql.resolve import Scope
from crm_sync.sandbox.soql.shape import Reader, formatted_reader, value_reader
from crm_sync.sandbox.soql.statements import Statement, filtered
from crm_sync.sandbox.soql.tree import Call, Child, Item, Literal, Operand, Query, Selected, TypeOf

__all__ = ["Groups", "compile_groups", "is_grouped"]

_SETS = frozenset({"ROLLUP", "CUBE"})
_MOST_SET_KEYS = 3
_GROUPING = AGGREGATES | DATE_FUNCTIONS.keys() | {"GROUPING"}


@dataclass(frozen=True)
class Groups:
    """A compiled statement whose rows are groups."""

    statement: Statement
    readers: Sequence[tuple[str, Reader]]

    def count(self, connection: sqlite3.Connection) -> int:
        """Return the number of groups."""
        return self.statement.count(connection)

    def records(self, connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
        """Yield the groups."""
        for row in self.statement.rows(connection):
            values = {name: read(row) for name, read in self.readers}
            yield {"attributes": {"type": "AggregateResult"}, **values}


def is_grouped(query: Query) -> bool:
    """Say whether a statement gives groups rather than records."""
    items = (item.what for item in query.items if isinstance(item, Item))
    keys = (key.what for key in query.order)
    return (
        bool(query.group)
        or any(_calls(what, _GROUPING) for what in items)
        or any(_calls(what, AGGREGATES) for what in keys)
    )


def _calls(what: Operand | Literal, functions: Set[str]) -> bool:
    if not isinstance(what, Call):
        return False
    return what.name in functions or any(_calls(each, functions) for each in what.arguments)


def compile_groups(context: Context, scope: Scope, query: Query) -> Groups:
    """Return the compiled statement; raises SoqlError when an org would refuse it."""
    if not query.group and query.limit is not None:
        what = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT"
        raise SoqlError("MALFORMED_QUERY", what)
    keys, sets = _keys(scope, query)
    columns = _Columns(scope, keys)
    wanted = window(context.text, query, scope.root.entity)
    sobject = scope.root.objects[0]
    items = expanded(context.text, query.items, sobject, wanted.most, context.api_version)
    readers = list(_readers(scope, items, columns))
    tests, values = filtered(context, scope, query)
    having = Conditions(context, columns.scope, lambda each: columns.stand_in(each, "Field"))
    kept = "" if query.having is None else f" WHERE {having.sql(query.having)}"
    order = [_order(scope, columns, query, place) for place in range(len(query.order))]
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    inner = " UNION ALL ".join(columns.select(scope, where, each) for each in sets)
    return Groups(
        Statement(
            ["*"],
            f"FROM ({inner}){kept}",
            order,
            [*(values * len(sets)), *having.values],
            wanted,
        ),
        readers,
    )


class _Columns:
    """The inner SELECT: each key and aggregate once, called g0, g1 ..."""

    def __init__(self, scope: Scope, keys: Sequence[Expression]) -> None:
        self.scope = scope
        self._keys = {key.sql for key in keys}
        self._places: dict[tuple[str, bool], int] = {}

    def place(self, value: Expression, refusal: str) -> int:
        """Return the place of a value; raises SoqlError when it is neither key nor aggregate."""
        if not (value.aggregate or value.sql in self._keys):
            what = f"{refusal} must be grouped or aggregated: {value.written.text}"
            raise refuse(self.scope.text, value.at, what)
        marks = value.function == "GROUPING"
        return self._places.setdefault((value.sql, marks), len(self._places))

    def check_not_both(self, value: Expression) -> None:
        """Raise SoqlError for an aggregate of a field that is a key."""
        if value.aggregate and self.scope.column(value.written).sql in self._keys:
            what = f"Grouped field should not be aggregated: {value.written.text}"
            raise refuse(self.scope.text, value.written.at, what)

    def stand_in(self, value: Expression, refusal: str) -> Expression:
        """Return the value as the outer SELECT knows it."""
        return replace(value, sql=f"g{self.place(value, refusal)}")

    def select(self, scope: Scope, where: str, keys: Sequence[Expression]) -> str:
        """Return the inner SELECT for one set of keys; the other keys are null there."""
        grouped = [key.sql for key in keys]
        columns = []
        for (sql, marks), place in self._places.items():
            absent = sql in self._keys and sql not in grouped
            shown = str(int(absent)) if marks else "NULL" if absent else sql
            columns.append(f"{shown} AS g{place}")
        by = f" GROUP BY {', '.join(grouped)}" if grouped else ""
        return f"SELECT {', '.join(columns)} FROM {scope.sql}{where}{by}"


def _keys(
    scope: Scope, query: Query
) -> tuple[Sequence[Expression], Sequence[Sequence[Expression]]]:
    """Return the keys, and the sets of them by which the rows are grouped."""
    first = query.group[0] if query.group else None
    kind = first.name if isinstance(first, Call) and first.name in _SETS else ""
    operands = first.arguments if kind and isinstance(first, Call) else query.group
    keys = [_key(scope, operand) for operand in operands]
    if kind and (len(query.group) > 1 or len(keys) > _MOST_SET_KEYS):
        what = f"GROUP BY {kind} takes at most {_MOST_SET_KEYS} fields and stands alone"
        raise SoqlError("MALFORMED_QUERY", what)
    if kind == "ROLLUP":
        return keys, [keys[:length] for length in range(len(keys), -1, -1)]
    if kind == "CUBE":
        lengths = range(len(keys), -1, -1)
        return keys, [list(each) for length in lengths for each in combinations(keys, length)]
    return keys, [keys]


def _key(scope: Scope, operand: Operand | Literal) -> Expression:
    if isinstance(operand, Literal):
        raise refuse(scope.text, operand.at, f"unexpected token: '{operand.text}'")
    key = express(scope, operand)
    if key.aggregate:
        bracket = scope.text.find("(", key.at)
        raise refuse(scope.text, bracket, "unexpected token: '('")
    check_groupable(scope.text, key)
    return key


def _readers(
    scope: Scope, items: Iterable[Selected], columns: _Columns
) -> Iterator[tuple[str, Reader]]:
    taken: set[str] = set()
    unnamed = 0
    for item in items:
        if not isinstance(item, Item):
            raise SoqlError("MALFORMED_QUERY", _REFUSED[type(item)])
        value = express(scope, item.what)
        columns.check_not_both(value)
        name = item.alias.text if item.alias else value.field.name
        if item.alias is None and value.function:
            name, unnamed = f"expr{unnamed}", unnamed + 1
        if name.lower() in taken:
            raise refuse(scope.text, value.at, f"duplicate alias: {name}")
        taken.add(name.lower())
        read = formatted_reader if value.formatted else value_reader
        yield name, read(value.field, columns.place(value, "Field"))


def _order(scope: Scope, columns: _Columns, query: Query, place: int) -> str:
    ordering = query.order[place]
    key = columns.stand_in(express(scope, ordering.what), "Ordered field")
    return order_key(scope.text, key, ordering)


_REFUSED: dict[type[Child | TypeOf], str] = {
    Child: "Grouped query cannot use child relationships in the SELECT list",
    TypeOf: "Grouped query cannot use TYPEOF in the SELECT list",
}
