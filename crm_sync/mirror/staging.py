"""A page put down where the database can reach it, to be taken in by one statement.

The fastest safe way of each: PostgreSQL copies it into a temporary table; for SQLite it is written
in native code into a file of its own, which is attached. (Not into the store's file: see
docs/decisions/0004.)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from adbc_driver_manager import Error as AdbcError
from adbc_driver_sqlite import dbapi as adbc
from sqlalchemy import Connection, Engine

from crm_sync.errors import StagingFailed

__all__ = ["STAGED", "staged"]

STAGED = "incoming_page"
_SCHEMA = "incoming"


@contextmanager
def staged(engine: Engine, frame: pl.DataFrame, like: str) -> Iterator[Connection]:
    """Give a transaction that sees the frame's rows as the table `incoming_page`.

    `like`: the table whose columns of these names tell the types. Raises StagingFailed.
    """
    way = _copied if engine.dialect.name == "postgresql" else _attached
    with way(engine, frame, like) as connection:
        yield connection


@contextmanager
def _attached(engine: Engine, frame: pl.DataFrame, _: str) -> Iterator[Connection]:
    with TemporaryDirectory(prefix="partners-") as folder, engine.connect() as connection:
        path = str(Path(folder) / "page.db")
        _write(path, frame)
        driver = connection.connection.cursor()
        driver.execute(f"ATTACH DATABASE ? AS {_SCHEMA}", [path])
        try:
            with connection.begin():
                yield connection
        finally:
            driver.execute(f"DETACH DATABASE {_SCHEMA}")
            driver.close()


def _write(path: str, frame: pl.DataFrame) -> None:
    try:
        with adbc.connect(path, autocommit=True) as opened, opened.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode = OFF")
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.adbc_ingest(STAGED, frame, mode="create")
    except AdbcError as error:
        raise StagingFailed(
            f"A page of records could not be put down in a temporary file: {error}",
            where=path,
            remedy="free some space there, or name another folder in the variable TMPDIR",
        ) from error


@contextmanager
def _copied(engine: Engine, frame: pl.DataFrame, like: str) -> Iterator[Connection]:
    names = ", ".join(f'"{name}"' for name in frame.columns)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f'CREATE TEMPORARY TABLE {STAGED} ON COMMIT DROP AS SELECT {names} FROM "{like}" '
            "WITH NO DATA"
        )
        _copy(connection, f"COPY {STAGED} ({names}) FROM STDIN (FORMAT csv)", frame)
        yield connection


def _copy(connection: Connection, statement: str, frame: pl.DataFrame) -> None:
    from psycopg import Error

    cursor = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            copy.write(frame.write_csv(include_header=False))
    except Error as error:
        raise StagingFailed(
            f"The database did not take in a page of records: {error}",
            remedy="check its space and its connections, then run again: it goes on from here",
        ) from error
    finally:
        cursor.close()
