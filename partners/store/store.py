"""The store: one database for the mirror, the decisions and the outbox, and its transactions."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Connection, Engine

from partners.errors import StoreError
from partners.store.engines import READS, engine_for, parse_url
from partners.store.gate import gate_for
from partners.store.migrating import check_revision, migrate

__all__ = ["Store", "open_store"]


class Store:
    """An open store. Close it, or use it in a `with`."""

    def __init__(self, url: URL, *, read_only: bool) -> None:
        self.engine: Engine = engine_for(url, read_only=read_only)
        self.read_only = read_only
        self.where = url.render_as_string(hide_password=True)
        self.sqlite_path = str(url.database) if url.get_backend_name() == "sqlite" else None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection that writes; everything in it is stored together, or nothing is.

        In SQLite it holds the write lock from its start. Raises StoreError when the store is
        locked, read-only or out of reach.
        """
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the store, whatever others write meanwhile."""
        with self.engine.connect() as connection:
            connection.execution_options(**{READS: True})
            if connection.dialect.name == "postgresql":
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    def left_to_adbc(self) -> AbstractContextManager[bool]:
        """Give whether ADBC may open the SQLite file now; see gate.py."""
        if self.sqlite_path is None:
            raise ValueError("only a store in SQLite is read through ADBC")
        return gate_for(self.sqlite_path).reading()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()


def open_store(url: str, *, create: bool = True, read_only: bool = False) -> Store:
    """Open the store at a database URL and bring its schema up to date.

    `create=False` refuses to make a new SQLite file; `read_only=True` (for `show`) changes nothing,
    not even an older schema. Raises SettingsError for an unusable address, StoreTooNew for a schema
    of a newer version, StoreError for whatever else stands in the way.
    """
    parsed = parse_url(url)
    store = Store(parsed, read_only=read_only)
    _expect_file(store, may_create=create and not read_only)
    try:
        _prepare(store)
    except BaseException:
        store.close()
        raise
    return store


def _prepare(store: Store) -> None:
    if not store.read_only:
        with store.transaction() as connection:
            migrate(connection, store.where)
        return
    with store.reading() as connection:
        if not check_revision(connection, store.where):
            raise StoreError(
                "The store was written by an older version, or never filled.",
                where=store.where,
                remedy="run `partners run` once: it brings the store up to date",
            )


def _expect_file(store: Store, *, may_create: bool) -> None:
    if may_create or store.sqlite_path is None or Path(store.sqlite_path).exists():
        return
    raise StoreError(
        "There is no store yet.",
        where=store.sqlite_path,
        remedy="run `partners run` (or `partners demo`) first, or name the store in store.url",
    )
