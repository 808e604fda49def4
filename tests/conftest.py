"""What all tests share: an empty store, a PostgreSQL where there is one, steady hypothesis."""

import logging
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from lifecycle.plugins import Plugin
    from partners.store import Store

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile(
    "fuzz", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_NOBODY = 65534
EXAMPLE_PLUGIN = Path(__file__).resolve().parents[1] / "examples" / "plugin"


@pytest.fixture(autouse=True)
def _quiet_again() -> Iterator[None]:
    """Undo what a command did to the logs: it pointed them at a stream that ends with its test."""
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> "Plugin":
    """The example plug-in, not installed and not in force."""
    monkeypatch.syspath_prepend(str(EXAMPLE_PLUGIN))
    from partners_donor_care import PLUGIN

    return PLUGIN


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """The address of a store in SQLite that does not exist yet."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def store(store_url: str) -> "Iterator[Store]":
    """An empty store in SQLite."""
    from partners.store import open_store

    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def common_folder() -> Iterator[Path]:
    """A folder that any user of the machine may enter (pytest's own are private)."""
    folder = Path(tempfile.mkdtemp(prefix="partners-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Be an ordinary user for a while: nothing is read-only to root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    yield
    os.seteuid(0)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests."""
    binaries = _postgres_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL on this machine")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    # PostgreSQL refuses to run as root.
    user = {"user": _NOBODY, "group": _NOBODY} if os.geteuid() == 0 else {}
    if user:
        os.chown(folder, _NOBODY, _NOBODY)
    data = str(folder / "data")
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "tests", "--auth=trust", "-E", "UTF8", "-N"],
        check=True,
        capture_output=True,
        cwd=folder,
        **user,
    )
    options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
    options += ["-c", "fsync=off", "-c", "max_connections=40"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, *options],
            stdout=log,
            stderr=log,
            cwd=folder,
            **user,
        )
    try:
        url = f"postgresql+psycopg://tests@/postgres?host={folder}"
        _wait_for(url)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder)


@pytest.fixture
def postgres_url(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database in PostgreSQL."""
    name = f"db_{abs(hash(request.node.nodeid))}"
    server = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, once of each kind."""
    name = "store_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def any_store(any_database: str) -> "Iterator[Store]":
    """An empty store, once in each kind of database."""
    from partners.store import open_store

    with open_store(any_database) as opened:
        yield opened


def _postgres_binaries() -> Path | None:
    found = shutil.which("initdb")
    if found and (Path(found).parent / "postgres").exists():
        return Path(found).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


def _wait_for(url: str) -> None:
    engine = create_engine(url)
    try:
        for _ in range(1_000):
            try:
                with engine.connect():
                    return
            except OperationalError:
                time.sleep(0.1)
        pytest.fail("PostgreSQL did not start within a hundred seconds")
    finally:
        engine.dispose()
