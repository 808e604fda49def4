"""The tables that a source of a profile reads, joined, and its fields by reference."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.sql.selectable import FromClause

from crm_sync.mirror.filtering import compile_condition
from crm_sync.mirror.kinds import Kind
from crm_sync.mirror.layout import Present
from crm_sync.mirror.tables import mirror_table
from crm_sync.profiles.document import Follow, Newest, Source
from crm_sync.profiles.names import split

__all__ = ["Joined"]


class Joined:
    """A source's tables. `rows` is what to select from.

    `possible` is False when the source can have no rows: the org lacks an object that must be
    joined, or the lookup that leads to it. Tables' names in SQL end with `_`.
    """

    def __init__(self, source: Source, present: Present) -> None:
        self._present = present
        base = self._table(source.object, source.name or "record")
        self._base = base[0]
        self._tables: dict[str | None, tuple[FromClause, Mapping[str, Kind]] | None] = {
            None: base,
            source.name: base,
        }
        self.possible = True
        self.rows: FromClause = self._base
        for alias, join in source.join.items():
            self._join(alias, join)

    def field(self, reference: str) -> tuple[ColumnElement[Any], Kind] | None:
        """Return a field and its kind; None where the org does not have it."""
        alias, name = split(reference)
        known = self._tables[alias]
        if known is None or name not in known[1]:
            return None
        return known[0].c[name], known[1][name]

    def _table(self, name: str, alias: str) -> tuple[FromClause, Mapping[str, Kind]]:
        fields = self._present[name]
        return mirror_table(name, fields).alias(f"{alias}_"), fields

    def _join(self, alias: str, join: Follow | Newest) -> None:
        name = join.to if isinstance(join, Follow) else join.newest
        required = isinstance(join, Follow) and join.required
        key = self._key(alias, join) if name in self._present else None
        self._tables[alias] = None
        if key is None:
            self.possible = self.possible and not required
            return
        self._tables[alias] = joined = self._table(name, alias)
        table = joined[0]
        self.rows = self.rows.join(table, table.c.Id == key, isouter=not required)

    def _key(self, alias: str, join: Follow | Newest) -> ColumnElement[Any] | None:
        """Return the Id of the record to join."""
        if isinstance(join, Newest):
            return self._newest(alias, join)
        found = self.field(join.follow)
        return None if found is None else found[0]

    def _newest(self, alias: str, join: Newest) -> ColumnElement[Any] | None:
        if not {join.by, join.at} <= self._present[join.newest].keys():
            return None
        inner = Source.model_construct(
            object=join.newest, name=f"newest_{alias}", join={}, columns={}
        )
        candidates = Joined(inner, self._present)
        table = candidates.rows
        rows = select(table.c.Id).where(table.c[join.by] == self._base.c.Id)
        if join.where:
            rows = rows.where(compile_condition(join.where, candidates.field))
        newest = rows.order_by(table.c[join.at].desc(), table.c.Id.desc()).limit(1)
        return newest.correlate(self._base).scalar_subquery()
