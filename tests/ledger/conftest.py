"""A ledger with a history, once in each kind of database, and copies of it to tamper with."""

import fcntl
import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, select, text

from crm_sync.sandbox import LocalOrg, load_schema
from partner_lifecycle.resources import metadata_folder
from partners.demo.filling import DemoOrg
from partners.demo.house import EXAMPLE_HOUSE
from partners.job.running import Job, load_job
from partners.settings import AuditSettings, ProfileSettings, Settings, StoreSettings
from partners.store import Store, open_store, standing

sys.path.insert(0, str(Path(__file__).parent.parent / "job"))
from still import NOW, quiet

PARTNERS = 60
KEY = "a secret that is long enough"


@dataclass
class Office:
    """A store, a filled local org, and the job between them; each run is a day later."""

    store: Store
    demo: DemoOrg
    job: Job
    days: int = 0

    def run(self) -> None:
        """Do the whole job once."""
        self.job.run(self.store, self.demo.session(), self.now, quiet)
        self.days += 1

    def sync(self) -> None:
        """Only mirror the org."""
        self.job.sync(self.store, self.demo.session(), self.now, quiet)

    def decide(self) -> None:
        """Only decide, by what is mirrored."""
        self.job.decide(self.store, self.now, quiet)
        self.days += 1

    @property
    def now(self):
        """The time of the next run."""
        return NOW + timedelta(days=self.days)

    def partner_at(self, stage: str) -> str:
        """Return an organisation that stands at a stage."""
        query = select(standing.c.partner_id).where(standing.c.stage == stage)
        with self.store.reading() as connection:
            found = connection.execute(query.order_by(standing.c.partner_id)).scalars()
            return next(partner for partner in found if partner.startswith("001"))

    def live(self) -> None:
        """Four days: everything is new; people work; one partner is merged; nothing happens."""
        self.run()
        self.demo.change()
        moved = self.partner_at("prospect")
        stage = {"Lifecycle_Stage__c": "active"}
        org = self.demo.local.org
        org.update("Account", moved, stage, user="claire@local.example")
        self.run()
        org.update("Account", moved, {"Name": "Held where Claire set it"})
        merged = self.partner_at("active")
        old = self.partner_at("diligence")
        org.merge("Account", merged, old)
        self.run()
        self.run()


@cache
def _loaded() -> Job:
    """Return the job with everything that it loads."""
    return load_job(Settings(profile=ProfileSettings(name="npsp")))


@contextmanager
def working(url: str, folder: Path, secret: str | None = None) -> Iterator[Office]:
    """An office with a store at `url` and an org in `folder`."""
    settings = Settings(
        store=StoreSettings(url=url),
        profile=ProfileSettings(name="npsp"),
        house=EXAMPLE_HOUSE,
        audit=AuditSettings(key=secret),
        engine="native",
    )
    schema = load_schema(metadata_folder())
    with LocalOrg.start(schema, path=folder / "org.db") as local, open_store(url) as store:
        job = replace(_loaded(), settings=settings)
        yield Office(store, DemoOrg(local, NOW.date(), PARTNERS), job)


@pytest.fixture
def office(tmp_path: Path, any_database: str) -> Iterator[Office]:
    """An office where nothing has happened yet, once with each kind of database."""
    with working(any_database, tmp_path) as made:
        yield made


@dataclass(frozen=True)
class Ledger:
    """A copy of a ledger with a history, for somebody who writes behind its back."""

    url: str

    def behind(self, *statements: str, **values: Any) -> None:
        """Run statements without any trigger or foreign key in the way."""
        engine = create_engine(self.url)
        sqlite = engine.dialect.name == "sqlite"
        with engine.begin() as connection:
            if sqlite:
                named = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
                for name in connection.execute(named).scalars().all():
                    connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                connection.execute(text("SET session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement), values)
        engine.dispose()

    def rows(self, query: str, **values: Any) -> list[Mapping[str, Any]]:
        """Return rows as the database has them."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            found = [dict(row._mapping) for row in connection.execute(text(query), values)]
        engine.dispose()
        return found

    def some(self, table: str, order: str, seed: object) -> list[Mapping[str, Any]]:
        """Return the first row of a table, the last one, and one between them."""
        rows = self.rows(f"SELECT * FROM {table} ORDER BY {order}")
        return [rows[0], *random.Random(str(seed)).sample(rows, 1), rows[-1]]


@pytest.fixture(scope="session")
def lived_in_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in SQLite after four days; the first worker makes it for all."""
    with _for_all_workers(tmp_path_factory, "lived") as folder:
        file = folder / "lived.db"
        if not file.exists():
            with working(f"sqlite:///{folder / 'living.db'}", folder) as made:
                made.live()
            (folder / "living.db").rename(file)
    return file


@pytest.fixture(scope="session")
def keyed_in_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in SQLite after two days with a key."""
    folder = tmp_path_factory.mktemp("keyed")
    with working(f"sqlite:///{folder / 'keyed.db'}", folder, KEY) as made:
        made.run()
        made.decide()
    return folder / "keyed.db"


@pytest.fixture
def keyed(keyed_in_sqlite: Path, tmp_path: Path) -> "Iterator[Store]":
    """A copy of it."""
    shutil.copy(keyed_in_sqlite, tmp_path / "keyed.db")
    with open_store(f"sqlite:///{tmp_path / 'keyed.db'}") as store:
        yield store


@pytest.fixture
def keyless(copied: "Callable[[str], Ledger]") -> Iterator[Store]:
    """A store with a history and without a key."""
    with open_store(copied("sqlite").url) as store:
        yield store


@contextmanager
def _for_all_workers(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """Give a folder that all workers of one test run share, to one of them at a time."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


@pytest.fixture(scope="session")
def lived_in_postgres(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database in PostgreSQL after four days."""
    with _administering(postgres_server) as run:
        run("CREATE DATABASE lived")
    url = make_url(postgres_server).set(database="lived").render_as_string(hide_password=False)
    with working(url, tmp_path_factory.mktemp("ledger")) as made:
        made.live()
    return "lived"


@pytest.fixture
def copied(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Ledger]]:
    """Return a function that gives a fresh copy of the ledger in a kind of database."""
    made: list[str] = []

    def copy(kind: str) -> Ledger:
        name = f"copy_{len(made)}"
        made.append(kind)
        if kind == "sqlite":
            lived: Path = request.getfixturevalue("lived_in_sqlite")
            shutil.copy(lived, tmp_path / f"{name}.db")
            return Ledger(f"sqlite:///{tmp_path / f'{name}.db'}")
        server = request.getfixturevalue("postgres_server")
        template = request.getfixturevalue("lived_in_postgres")
        with _administering(server) as run:
            run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            run(f"CREATE DATABASE {name} TEMPLATE {template}")
        url = make_url(server).set(database=name)
        return Ledger(url.render_as_string(hide_password=False))

    yield copy


@contextmanager
def _administering(server: str) -> Iterator[Callable[[str], None]]:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield lambda statement: connection.execute(text(statement))
    engine.dispose()
