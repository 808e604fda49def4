"""Reads views and own tables as typed Polars frames: all partners through ADBC, some through SQL.

ADBC for SQLite guesses a column's type from its first rows, so each reading starts with one row
whose types are known, which is dropped again.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import adbc_driver_sqlite.dbapi as adbc
import polars as pl
from adbc_driver_manager import Error as AdbcError
from sqlalchemy import Connection, bindparam, text

from partners.store.aliases import read_aliases, resolved
from partners.store.engines import sqlite_uri
from partners.store.parsing import typed, unreadable
from partners.store.shapes import FRAMES, SCHEMAS, STORED
from partners.store.store import Store

__all__ = ["read_frame", "read_frames"]

# What is read here is one partner or a slice of a population; for both Polars takes half the time
# with its engine in memory. Whoever has chosen an engine keeps it.
if "POLARS_ENGINE_AFFINITY" not in os.environ:
    pl.Config.set_engine_affinity("in-memory")

_IDS_AT_ONCE = 10_000
_SIDE_BY_SIDE = 2
_PATIENCE_MS = 15_000
# By default ADBC hands over 1,024 rows at a time, and building so many small arrays takes longer
# than reading them.
_LARGE_BATCHES = {"adbc.sqlite.query.batch_rows": "65536"}


def read_frame(
    source: Store | Connection, view: str, partner_ids: Sequence[str] | None = None
) -> pl.DataFrame:
    """Return a view or an own table of FRAMES, typed as SCHEMAS says, in no certain order.

    A connection is read within its transaction. `partner_ids` limits the rows to some partners;
    ids of merged partners are read as the partner they live on as. Raises KeyError for a name that
    is no frame, StoreError when the store fails or a column holds values of another type.
    """
    return read_frames(source, [view], partner_ids)[view]


def read_frames(
    source: Store | Connection, views: Sequence[str], partner_ids: Sequence[str] | None = None
) -> dict[str, pl.DataFrame]:
    """Return several frames by name, each as `read_frame` does, two of them at a time."""
    if isinstance(source, Connection):
        aliases = read_aliases(source)
        return {view: _through_sql(source, view, partner_ids, aliases) for view in views}
    if source.sqlite_path is not None and partner_ids is None:
        with source.reading() as connection:
            aliases = read_aliases(connection)
        with source.left_to_adbc() as free:
            if free:
                return _all_through_adbc(source.sqlite_path, views, aliases)
    with source.reading() as connection:
        return read_frames(connection, views, partner_ids)


def _all_through_adbc(
    path: str, views: Sequence[str], aliases: Mapping[str, str]
) -> dict[str, pl.DataFrame]:
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        frames = pool.map(lambda view: resolved(view, _through_adbc(path, view), aliases), views)
        return dict(zip(views, frames, strict=True))


def _through_adbc(path: str, view: str) -> pl.DataFrame:
    columns = FRAMES[view]
    sample = ", ".join(f'{STORED[kind].literal} AS "{name}"' for name, kind in columns.items())
    query = f'SELECT {sample} UNION ALL SELECT {_names(columns)} FROM "{view}"'
    try:
        with adbc.connect(sqlite_uri(path, "ro")) as connection, connection.cursor() as cursor:
            # Another that opens or closes the file at this moment locks it for an instant.
            cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            cursor.fetch_arrow()
            cursor.adbc_statement.set_options(**_LARGE_BATCHES)
            cursor.execute(query)
            frame = pl.DataFrame(cursor.fetch_arrow())
    except AdbcError as error:
        raise unreadable(view, str(error)) from error
    return typed(view, frame.slice(1))


def _through_sql(
    connection: Connection,
    view: str,
    partner_ids: Sequence[str] | None,
    aliases: Mapping[str, str],
) -> pl.DataFrame:
    query = _query(connection, view)
    if partner_ids is None:
        rows = [tuple(row) for row in connection.execute(text(query))]
    else:
        rows = _rows_of(connection, f"{query} WHERE {_key(view)} IN :ids", partner_ids, aliases)
    if not rows:
        return pl.DataFrame(schema=SCHEMAS[view])
    return resolved(view, typed(view, _frame_of(view, rows)), aliases)


def _frame_of(view: str, rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    """Build the frame column by column: by rows, Polars would turn 1.5 into 1 without a word."""
    columns = FRAMES[view]
    values = zip(*rows, strict=True)
    try:
        return pl.DataFrame(
            pl.Series(name, column, STORED[kind].dtype, strict=True)
            for (name, kind), column in zip(columns.items(), values, strict=True)
        )
    except TypeError as error:
        raise unreadable(view, str(error).splitlines()[0]) from error


def _query(connection: Connection, view: str) -> str:
    columns = FRAMES[view]
    if connection.dialect.name == "sqlite":
        return f'SELECT {_names(columns)} FROM "{view}"'
    # Numeric and boolean come as the whole numbers and shares that SQLite hands over.
    selected = (f'CAST("{name}" AS {STORED[kind].sql})' for name, kind in columns.items())
    return f'SELECT {", ".join(selected)} FROM "{view}"'


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _key(view: str) -> str:
    return "id" if view in ("partner", "partner_alias") else "partner_id"


def _rows_of(
    connection: Connection, query: str, partner_ids: Sequence[str], aliases: Mapping[str, str]
) -> list[tuple[object, ...]]:
    some = text(query).bindparams(bindparam("ids", expanding=True))
    wanted = {aliases.get(each, each) for each in partner_ids}
    ids = sorted(wanted | {old for old, new in aliases.items() if new in wanted})
    parts = (ids[start : start + _IDS_AT_ONCE] for start in range(0, len(ids), _IDS_AT_ONCE))
    return [tuple(row) for part in parts for row in connection.execute(some, {"ids": part})]
