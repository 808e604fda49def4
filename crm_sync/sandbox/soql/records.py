"""Statements that give records: compiled, with their child relationships, and read in pages."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crm_sync.sandbox.schema import Field, SObject
from crm_sync.sandbox.soql.children import Children, children_sql
from crm_sync.sandbox.soql.context import Context
from crm_sync.sandbox.soql.errors import SoqlError, refuse
from crm_sync.sandbox.soql.expressions import express
from crm_sync.sandbox.soql.fields import expanded
from crm_sync.sandbox.soql.groups import is_grouped
from crm_sync.sandbox.soql.limits import Window, window
from crm_sync.sandbox.soql.literals import Value
from crm_sync.sandbox.soql.ordering import order_key
from crm_sync.sandbox.soql.resolve import HELP, Scope
from crm_sync.sandbox.soql.selection import Selection
from crm_sync.sandbox.soql.shape import Reader
from crm_sync.sandbox.soql.statements import Statement, filtered
from crm_sync.sandbox.soql.tree import Child, Query, TypeOf

__all__ = ["Records", "compile_records"]

_PAGE = 500
_MOST_LEVELS = 4
_LEVELS_SINCE = 58.0


@dataclass(frozen=True)
class Records:
    """A compiled statement whose rows are records."""

    statement: Statement
    read: Reader
    id_place: int
    children: Sequence[Children]

    def count(self, connection: sqlite3.Connection) -> int:
        """Return the number of records."""
        return self.statement.count(connection)

    def records(self, connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
        """Yield the records; children are looked up for a page of them at a time."""
        cursor = self.statement.rows(connection)
        while page := cursor.fetchmany(_PAGE):
            for children in self.children:
                children.load(connection, [row[self.id_place] for row in page])
            for row in page:
                yield self.read(row)


@dataclass(frozen=True)
class _Parts:
    """What a statement over records comes to, whether it is the outer one or a child's."""

    selection: Selection
    read: Reader
    children: Sequence[Children]
    tests: Sequence[str]
    values: Sequence[Value]
    order: Sequence[str]
    wanted: Window


@dataclass(frozen=True)
class _Outer:
    """The statement around a child's: its depth, what it selects so far and which rows."""

    scope: Scope
    selection: Selection
    level: int
    wanted: Window


def compile_records(context: Context, scope: Scope, query: Query) -> Records:
    """Return the compiled statement; raises SoqlError when an org would refuse it."""
    parts = _parts(context, scope, query, level=0)
    where = f" WHERE {' AND '.join(parts.tests)}" if parts.tests else ""
    statement = Statement(
        parts.selection.columns,
        f"FROM {scope.sql}{where}",
        parts.order,
        parts.values,
        parts.wanted,
    )
    return Records(statement, parts.read, parts.selection.id_place, parts.children)


def _parts(context: Context, scope: Scope, query: Query, level: int) -> _Parts:
    sobject = scope.root.objects[0]
    wanted = window(context.text, query, sobject.name)
    selection = Selection(scope, f"/services/data/v{context.api_version:.1f}/sobjects")
    children = []
    items = expanded(context.text, query.items, sobject, wanted.most, context.api_version)
    for item in items:
        if isinstance(item, Child):
            outer = _Outer(scope, selection, level, wanted)
            children.append(_child(context, outer, item.query))
        elif isinstance(item, TypeOf):
            selection.add_typeof(item)
        else:
            selection.add_item(item)
    tests, values = filtered(context, scope, query)
    order = [order_key(context.text, express(scope, each.what), each) for each in query.order]
    return _Parts(selection, selection.reader(), children, tests, values, order, wanted)


def _child(context: Context, outer: _Outer, query: Query) -> Children:
    sobject, reference = _relationship(context, outer.scope, query)
    _check_child(context, outer, query)
    scope = Scope(context.text, context.schema, sobject, query.sources)
    parts = _parts(context, scope, query, outer.level + 1)
    referring = scope.root.sql(reference)
    tests = [f"{referring} IN (SELECT value FROM json_each(?))", *parts.tests]
    body = f"FROM {scope.sql} WHERE {' AND '.join(tests)}"
    sql = children_sql(parts.selection.columns, body, referring, parts.order, parts.wanted)
    children = Children(sql, parts.values, parts.read, parts.selection.id_place, parts.children)
    name = reference.child_relationship or ""
    reader = children.reader(outer.selection.id_place)
    outer.selection.add_child(name, query.sources[0].name, reader)
    return children


def _relationship(context: Context, outer: Scope, query: Query) -> tuple[SObject, Field]:
    source = query.sources[0].name
    *owner, name = source.parts
    found = context.schema.children(outer.root.objects[0].name).get(name.lower())
    if found is None or not outer.is_root(owner):
        what = (
            f"Didn't understand relationship '{name}' in FROM part of query call. If you are "
            "attempting to use a custom relationship, be sure to append the '__r' after the "
            f"custom relationship name. {HELP}"
        )
        raise refuse(context.text, source.at, what, "INVALID_TYPE")
    return found


def _check_child(context: Context, outer: _Outer, query: Query) -> None:
    at = query.sources[0].name.at
    most = _MOST_LEVELS if context.api_version >= _LEVELS_SINCE else 1
    if outer.level >= most:
        what = (
            f"SOQL statements cannot query aggregate relationships more than {most} "
            f"level{'s' if most > 1 else ''} away from the root entity object."
        )
        raise refuse(context.text, at, what)
    if not query.items or is_grouped(query):
        raise SoqlError("MALFORMED_QUERY", "Only root queries support aggregate expressions")
    if query.offset is not None and outer.wanted.most != 1:
        raise refuse(context.text, query.offset.at, "OFFSET cannot be used in a sub-query")
