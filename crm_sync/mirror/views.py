"""The views over the mirror, made from a profile; rebuilt only when what they say has changed."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import Connection, cast, delete, false, insert, inspect, null, select, union_all
from sqlalchemy.sql.selectable import CompoundSelect, Select

from crm_sync.mirror.columns import sql_type
from crm_sync.mirror.compiling import compile_source
from crm_sync.mirror.layout import Present
from crm_sync.mirror.tables import view_definition
from crm_sync.profiles import Profile
from crm_sync.profiles.document import Follow, Newest, Source
from crm_sync.profiles.names import split
from crm_sync.profiles.profile import aliases
from partner_lifecycle.views import VIEWS, View

__all__ = ["create_views", "drop_views", "indexed_fields"]

_Rows = Select[Any] | CompoundSelect[Any]
_log = structlog.get_logger(__name__)


def create_views(connection: Connection, profile: Profile, present: Present) -> tuple[str, ...]:
    """Make the views fit the profile and what the org has; return the names of those rebuilt.

    `present`: object to field to kind, as the mirrored tables were made from it.
    """
    there = inspect(connection).get_view_names()
    stored = connection.execute(select(view_definition))
    known = {row.name: row.sha256 for row in stored if row.name in there}
    rebuilt = []
    for name, view in VIEWS.items():
        statement = _statement(connection, _rows(profile, view, present))
        digest = sha256(statement.encode()).hexdigest()
        if known.get(name) != digest:
            _rebuild(connection, name, statement, digest)
            rebuilt.append(name)
    return tuple(rebuilt)


def drop_views(connection: Connection) -> None:
    """Drop the views, so that columns which they read may change; `create_views` makes them."""
    for name in VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")


def indexed_fields(profile: Profile) -> dict[str, set[str]]:
    """Return the fields of each object by which a view finds the rows of one partner."""
    wanted: dict[str, set[str]] = {name: set() for name in profile.objects}
    for sources in profile.views.values():
        for source in sources:
            for name, field in _ways_to_partner(source):
                wanted[name].add(field)
    return wanted


def _ways_to_partner(source: Source) -> Iterator[tuple[str, str]]:
    named = aliases(source)
    for join in source.join.values():
        if isinstance(join, Newest):
            yield join.newest, join.by
    reference = source.columns.get("partner_id")
    while isinstance(reference, str):
        alias, field = split(reference)
        yield named[alias], field
        join_used = source.join.get(alias or "")
        reference = join_used.follow if isinstance(join_used, Follow) else None


def _rows(profile: Profile, view: View, present: Present) -> _Rows:
    compiled = (
        compile_source(source, view, present, profile.currency)
        for source in profile.views[view.name]
    )
    parts = [part for part in compiled if part is not None]
    if not parts:
        columns = [cast(null(), sql_type(each)).label(name) for name, each in view.columns.items()]
        return select(*columns).where(false())
    return parts[0] if len(parts) == 1 else union_all(*parts)


def _statement(connection: Connection, rows: _Rows) -> str:
    return str(rows.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))


def _rebuild(connection: Connection, name: str, statement: str, digest: str) -> None:
    connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
    connection.exec_driver_sql(f"CREATE VIEW {name} AS {statement}")
    connection.execute(delete(view_definition).where(view_definition.c.name == name))
    connection.execute(insert(view_definition).values(name=name, sha256=digest))
    _log.info("mirror.view_built", view=name)
