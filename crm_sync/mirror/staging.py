"""A page put down where the database can reach it, to be taken in by one statement.

The fastest safe way of each: PostgreSQL copies it into a temporary table; for SQLite it is written
in native code into a file of its own, which is attached. (Not into the store's file: see
docs/decisions/0004.) What can be done before the transaction is done by `prepare`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir, mkdtemp
from time import time

import polars as pl
from adbc_driver_manager import Error as AdbcError
from adbc_driver_sqlite import dbapi as adbc
from sqlalchemy import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPICursor

from crm_sync.errors import StagingFailed

__all__ = ["STAGED", "Prepared", "prepare", "staged", "sweep"]

STAGED = "incoming_page"
_SCHEMA = "incoming"
_FOLDER = "partners-page-"
_FORGOTTEN_S = 86_400


@dataclass(frozen=True)
class Prepared:
    """A page ready to be staged: its columns, and a folder with a file (SQLite) or CSV."""

    columns: tuple[str, ...]
    folder: Path | None = None
    csv: str = ""

    @property
    def names(self) -> str:
        """Return the columns as SQL lists them."""
        return ", ".join(f'"{name}"' for name in self.columns)

    def close(self) -> None:
        """Remove the file, if there is one."""
        if self.folder:
            rmtree(self.folder, ignore_errors=True)


def prepare(engine: Engine, frame: pl.DataFrame) -> Prepared:
    """Prepare rows for a database, each Id once and in the order of its index.

    Close what is returned. Raises StagingFailed when there is no space for it.
    """
    doubled = frame["Id"].n_unique() != frame.height
    rows = (frame.unique("Id", keep="last") if doubled else frame).sort("Id")
    if engine.dialect.name == "postgresql":
        return Prepared(tuple(rows.columns), csv=rows.write_csv(include_header=False))
    prepared = Prepared(tuple(rows.columns), Path(mkdtemp(prefix=_FOLDER)))
    try:
        _write(prepared, rows)
    except BaseException:
        prepared.close()
        raise
    return prepared


def sweep() -> None:
    """Remove pages that killed runs left: one that is in use is not a day old."""
    for folder in Path(gettempdir()).glob(f"{_FOLDER}*"):
        with suppress(OSError):  # somebody else's, or just removed by somebody else
            if time() - folder.stat().st_mtime > _FORGOTTEN_S:
                rmtree(folder)


@contextmanager
def staged(engine: Engine, page: Prepared, like: str) -> Iterator[Connection]:
    """Give a transaction that sees the page's rows as the table `incoming_page`; close the page.

    `like`: the table whose columns of these names tell the types. Raises StagingFailed.
    """
    way = _copied if engine.dialect.name == "postgresql" else _attached
    try:
        with way(engine, page, like) as connection:
            yield connection
    finally:
        page.close()


@contextmanager
def _attached(engine: Engine, page: Prepared, _: str) -> Iterator[Connection]:
    with engine.connect() as connection:
        driver = connection.connection.cursor()
        _attach(driver, page)
        try:
            with connection.begin():
                yield connection
        finally:
            driver.execute(f"DETACH DATABASE {_SCHEMA}")
            driver.close()


def _attach(driver: DBAPICursor, page: Prepared) -> None:
    try:
        driver.execute(f"ATTACH DATABASE ? AS {_SCHEMA}", [_file(page)])
    except sqlite3.Error as error:
        raise _not_put_down(page, error) from error


def _file(page: Prepared) -> str:
    return str((page.folder or Path()) / "page.db")


def _write(page: Prepared, rows: pl.DataFrame) -> None:
    try:
        with adbc.connect(_file(page), autocommit=True) as opened, opened.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode = OFF")
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.adbc_ingest(STAGED, rows, mode="create")
    except AdbcError as error:
        raise _not_put_down(page, error) from error


def _not_put_down(page: Prepared, error: Exception) -> StagingFailed:
    return StagingFailed(
        f"A page of records could not be put down in a temporary file: {error}",
        where=_file(page),
        remedy="free some space there, or name another folder in the variable TMPDIR",
    )


@contextmanager
def _copied(engine: Engine, page: Prepared, like: str) -> Iterator[Connection]:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"CREATE TEMPORARY TABLE {STAGED} ON COMMIT DROP AS "
            f'SELECT {page.names} FROM "{like}" WITH NO DATA'
        )
        _copy(connection, page)
        yield connection


def _copy(connection: Connection, page: Prepared) -> None:
    from psycopg import Error

    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY {STAGED} ({page.names}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(page.csv)
    except Error as error:
        raise StagingFailed(
            f"The database did not take in a page of records: {error}",
            remedy="check its space and its connections, then run again: it goes on from here",
        ) from error
    finally:
        cursor.close()
