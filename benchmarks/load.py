"""Pages already on disk into the store: the mirror's own way, with bare COPY beside it.

PostgreSQL is measured where BENCH_POSTGRES holds the address of a server
(`postgresql+psycopg://user@/database?host=/run/postgresql`); its database is filled and emptied.
"""

import os
import resource
from collections.abc import Iterator, Mapping
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from sqlalchemy import Engine, text

from benchmarks._figures import Figure, report, say, stopwatch
from crm_sync.mirror.ahead import ahead
from crm_sync.mirror.cursor import Cursor
from crm_sync.mirror.frames import frame_of_csv
from crm_sync.mirror.kinds import Kind
from crm_sync.mirror.page import Page
from crm_sync.mirror.report import ObjectReport
from crm_sync.mirror.tables import mirror_table, prepare_table
from crm_sync.mirror.window import Window
from partners.store import open_store

_SIZE = 1_000_000
_PAGE = 50_000
_NOW = "2026-11-22T00:00:00.000Z"
_NAME = "Bench__c"
_KINDS: Mapping[str, Kind] = {
    "Id": Kind.TEXT,
    "SystemModstamp": Kind.INSTANT,
    "IsDeleted": Kind.BOOLEAN,
    **{f"Text_{n}__c": Kind.TEXT for n in range(10)},
    **{f"Amount_{n}__c": Kind.NUMBER for n in range(4)},
    **{f"Day_{n}__c": Kind.DATE for n in range(3)},
}


def measure(size: int) -> Iterator[Figure]:
    """Yield rows per second of each database, and of bare COPY where there is PostgreSQL."""
    with TemporaryDirectory() as folder:
        # Written by another process: what writing needs is no memory of the load's.
        with get_context("spawn").Pool(1) as writer:
            pages = writer.apply(_written, (Path(folder), size))
        rate = _loaded(f"sqlite:///{folder}/store.db", pages, size)
        yield Figure("store_sqlite_rows_per_s", rate, "rows/s", "200,000", rate / 200_000)
        again = _loaded(f"sqlite:///{folder}/store.db", pages, size)
        yield Figure("store_sqlite_again_rows_per_s", again, "rows/s")
        if address := os.environ.get("BENCH_POSTGRES"):
            rate = _loaded(address, pages, size)
            yield Figure("store_postgres_rows_per_s", rate, "rows/s", "70,000", rate / 70_000)
            bare = _copied(address, pages, size)
            yield Figure("bare_copy_rows_per_s", bare, "rows/s", "the store", rate / bare)
        else:
            say("no PostgreSQL: BENCH_POSTGRES is not set")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    yield Figure("load_rss_mb", peak, "MB", "300 MB", 300 / peak)


def _written(folder: Path, size: int) -> list[Path]:
    pages = []
    for start in range(0, size, _PAGE):
        pages.append(folder / f"page_{start}.csv")
        _page(start, min(_PAGE, size - start)).write_csv(pages[-1], quote_style="always")
    return pages


def _page(start: int, rows: int) -> pl.DataFrame:
    """Return rows in the order of their stamps, with Ids in no order and some values missing."""
    number = pl.int_range(start, start + rows, eager=True)
    mixed = (number * 7_919) % 10_000_019
    columns: dict[str, Any] = {
        "Id": "001" + mixed.cast(pl.String).str.zfill(12) + "AAA",
        "SystemModstamp": ["2026-11-21T08:00:00.000Z"] * rows,
        "IsDeleted": ["false"] * rows,
    }
    for place, (name, kind) in enumerate(_KINDS.items()):
        if kind is Kind.TEXT and name != "Id":
            columns[name] = [f"text {place} {n}" if (n + place) % 3 else None for n in number]
        elif kind is Kind.NUMBER:
            columns[name] = number * 1.25
        elif kind is Kind.DATE:
            columns[name] = ["2026-11-21"] * rows
    return pl.DataFrame(columns)


def _loaded(url: str, pages: list[Path], size: int) -> float:
    with open_store(url) as store:
        with store.transaction() as connection:
            prepare_table(connection, mirror_table(_NAME, _KINDS), {})
        window = Window(_NAME, _KINDS, Cursor(), ObjectReport())
        with stopwatch() as watch:
            for page in ahead(_read(store.engine, pages, size), Page.close):
                window.store(store.engine, page, _NOW)
        with store.reading() as connection:
            found = connection.execute(text(f'SELECT count(*) FROM "crm_{_NAME}"')).scalar_one()
        if found != size:
            raise SystemExit(f"{found} rows are in the store, not {size}")
    return size / watch.seconds


def _read(engine: Engine, pages: list[Path], size: int) -> Iterator[Page]:
    """Return pages as the mirror makes them of a bulk job's."""
    for place, path in enumerate(pages):
        rows = min(_PAGE, size - place * _PAGE)
        yield Page.of(engine, frame_of_csv(path.read_bytes(), _KINDS, rows))


def _copied(url: str, pages: list[Path], size: int) -> float:
    """Return the rate of COPY alone, into a table of texts without a key."""
    with open_store(url) as store:
        engine: Engine = store.engine
        names = ", ".join(f'"{name}" text' for name in _KINDS)
        with engine.begin() as connection:
            connection.execute(text(f"CREATE TEMPORARY TABLE bare ({names}) ON COMMIT DROP"))
            cursor = connection.connection.cursor()
            with stopwatch() as watch, cursor.copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
                for path in pages:
                    copy.write(path.read_bytes().partition(b"\n")[2])
        with engine.begin() as connection:
            connection.execute(text(f'DROP TABLE "crm_{_NAME}"'))
    return size / watch.seconds


if __name__ == "__main__":
    report("load", measure, _SIZE)
