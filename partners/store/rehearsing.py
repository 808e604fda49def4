"""A copy of the store to try a run on: what happens there is thrown away."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, MetaData, Table, insert, inspect, select

from partners.store.engines import parse_url
from partners.store.store import Store, open_store
from partners.store.tables import METADATA

__all__ = ["rehearsal"]

_FOLLOWED = ("merged_record", "mirrored_org")
_AT_ONCE = 5_000


@contextmanager
def rehearsal(url: str) -> Iterator[Store]:
    """Give a copy of a store in SQLite that goes away with the block; the store stays as it is.

    A store in SQLite is copied whole; where there is none yet, the copy is empty. Of one in
    PostgreSQL the mirror is left behind: a run on the copy reads the CRM from the beginning.
    """
    parsed = parse_url(url)
    in_file = parsed.get_backend_name() == "sqlite"
    with TemporaryDirectory(prefix="partners-rehearsal-") as folder:
        file = Path(folder) / "store.db"
        if in_file and Path(str(parsed.database)).exists():
            _copy_file(str(parsed.database), file)
        with open_store(f"sqlite:///{file}") as copy:
            if not in_file:
                with open_store(url, read_only=True) as store:
                    _copy_tables(store, copy)
            yield copy


def _copy_file(source: str, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        here.backup(there)


def _copy_tables(store: Store, copy: Store) -> None:
    with store.reading() as here, copy.transaction() as there:
        known = set(inspect(there).get_table_names())
        followed = [_reflected(there, name) for name in _FOLLOWED if name in known]
        for table in [*METADATA.sorted_tables, *followed]:
            rows = here.execute(select(table)).mappings().partitions(_AT_ONCE)
            for some in rows:
                there.execute(insert(table), [dict(row) for row in some])


def _reflected(connection: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=connection)
