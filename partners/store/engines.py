"""Engines for SQLite and PostgreSQL, with what makes each of them safe under several processes."""

import sqlite3
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from partners.errors import SettingsError, StoreError
from partners.store.failures import explain_failures
from partners.store.gate import gate_for

__all__ = ["READS", "engine_for", "parse_url", "sqlite_uri"]

# An execution option: this connection only reads. All others take SQLite's write lock when their
# transaction starts: one that reads first and writes later fails when another wrote in between.
READS = "partners_reads"
_PATIENCE_SECONDS = 15


def parse_url(url: str) -> URL:
    """Read a store's address; raises SettingsError when it names no database we can use."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _unusable("The store's address is not a database URL.") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite_url(parsed)
    if backend != "postgresql":
        raise _unusable(f"The store's address names {backend!r}, which is not supported.")
    if find_spec("psycopg") is None:
        raise SettingsError(
            "A store in PostgreSQL needs the package psycopg, which is not installed.",
            where="store.url",
            remedy="install partner-lifecycle[postgres]",
        )
    return parsed.set(drivername="postgresql+psycopg")


def engine_for(url: URL, *, read_only: bool) -> Engine:
    """Return an engine; nothing is opened yet."""
    if url.get_backend_name() == "sqlite":
        engine = _sqlite_engine(url, read_only=read_only)
    else:
        engine = create_engine(
            url,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": _PATIENCE_SECONDS},
        )
    explain_failures(engine, url.render_as_string(hide_password=True))
    return engine


def sqlite_uri(path: str, mode: str) -> str:
    """Return SQLite's own address of a file; mode is `ro`, `rw` or `rwc`."""
    return f"file:{quote(path)}?mode={mode}"


def _sqlite_url(url: URL) -> URL:
    if url.database in (None, "", ":memory:") or str(url.database).startswith("file:"):
        raise _unusable("The store must be a file: a database in memory is lost at once.")
    path = Path(str(url.database)).expanduser().absolute()
    return url.set(drivername="sqlite", database=str(path), query={})


def _unusable(what: str) -> SettingsError:
    return SettingsError(
        what,
        where="store.url",
        remedy="write sqlite:///partners.db or postgresql://user@host/database",
    )


def _sqlite_engine(url: URL, *, read_only: bool) -> Engine:
    path = str(url.database)
    gate = gate_for(path)
    # No pool: a connection that idles holds locks, see gate.py.
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)

    def connect(*_args: object) -> sqlite3.Connection:
        gate.enter()
        try:
            return _connect(path, "ro" if read_only else "rwc")
        except BaseException:
            gate.leave()
            raise

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "close", lambda *_args: gate.leave())
    event.listen(engine, "begin", _begin)
    return engine


def _connect(path: str, mode: str) -> sqlite3.Connection:
    if mode == "rwc" and not Path(path).parent.is_dir():
        raise StoreError(
            "The folder of the store does not exist.",
            where=path,
            remedy="create the folder, or name another place in store.url",
        )
    # isolation_level=None: transactions begin where SQLAlchemy begins them, not before some INSERT.
    connection = sqlite3.connect(
        sqlite_uri(path, mode), uri=True, isolation_level=None, timeout=_PATIENCE_SECONDS
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        if mode == "rwc":
            connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    connection.exec_driver_sql("BEGIN" if options.get(READS) else "BEGIN IMMEDIATE")
