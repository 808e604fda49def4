"""Opening the store: made when missing, refused with a reason when it cannot be used."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select, text

from partners.errors import SettingsError, StoreError, StoreTooNew
from partners.store import Store, open_store, partner_alias
from partners.store.migrating import VERSION_TABLE, migrated_metadata


def test_an_empty_store_has_the_schema_that_the_tables_describe(any_store: Store) -> None:
    tables = {name for metadata in migrated_metadata() for name in metadata.tables}
    with any_store.reading() as connection:
        assert set(inspect(connection).get_table_names()) == tables | {VERSION_TABLE}
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "version_table": VERSION_TABLE,
            },
        )
        assert compare_metadata(context, migrated_metadata()) == []


def test_opening_again_keeps_what_is_stored(store_url: str) -> None:
    with open_store(store_url) as store, store.transaction() as connection:
        connection.execute(partner_alias.insert(), {"old_id": "001A", "id": "001B"})
    with open_store(store_url) as store, store.reading() as connection:
        assert connection.execute(select(partner_alias)).all() == [("001A", "001B")]


def test_several_processes_may_make_the_same_store_at_once(store_url: str) -> None:
    script = "import sys; from partners.store import open_store; open_store(sys.argv[1]).close()"
    command = [sys.executable, "-W", "error", "-c", script, store_url]
    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(lambda _: subprocess.run(command, capture_output=True), range(4)))
    assert [end.returncode for end in ends] == [0, 0, 0, 0], [end.stderr for end in ends]


def test_several_threads_may_make_the_same_store_at_once(postgres_url: str) -> None:
    def make(_: int) -> bool:
        with open_store(postgres_url) as store, store.reading() as connection:
            return inspect(connection).has_table("decision")

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(4))) == [True] * 4


def test_a_newer_schema_is_refused_and_left_alone(any_store: Store) -> None:
    url = any_store.engine.url.render_as_string(hide_password=False)
    with any_store.transaction() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreTooNew, match="schema 9999, newer than version") as caught:
        open_store(url)
    assert caught.value.exit_code == 3
    with pytest.raises(StoreTooNew):
        open_store(url, read_only=True)
    with any_store.reading() as connection:
        assert connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) == "9999"


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear partner, " * 100)
    with pytest.raises(StoreError, match="not a database, or it is damaged") as caught:
        open_store(f"sqlite:///{path}")
    assert str(path) in str(caught.value)
    assert path.read_text() == "Dear partner, " * 100


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipe (id INTEGER)")
    other.close()
    with pytest.raises(StoreError, match="tables of something else \\(recipe\\)"):
        open_store(f"sqlite:///{path}")
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("recipe",)]
    other.close()


@pytest.mark.parametrize("folder_mode", [0o555, 0o777])
def test_a_read_only_file_is_refused_when_it_is_to_be_written(
    common_folder: Path, request: pytest.FixtureRequest, folder_mode: int
) -> None:
    path = common_folder / "store.db"
    open_store(f"sqlite:///{path}").close()
    path.chmod(0o444)
    common_folder.chmod(folder_mode)
    request.getfixturevalue("unprivileged")
    with pytest.raises(StoreError, match="this user may only read it") as caught:
        open_store(f"sqlite:///{path}")
    assert "right to write" in str(caught.value)


def test_a_locked_store_is_refused_after_some_patience(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partners.store.engines._PATIENCE_SECONDS", 0.1)
    with open_store(store_url) as store:
        other = sqlite3.connect(store.sqlite_path or "", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another job has been writing"):
            open_store(store_url)
        open_store(store_url, read_only=True).close()
        other.close()


def test_a_missing_store_is_not_made_where_it_may_not_be(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    for options in ({"create": False}, {"read_only": True}):
        with pytest.raises(StoreError, match="There is no store yet"):
            open_store(url, **options)
    with pytest.raises(StoreError, match="folder of the store does not exist"):
        open_store(f"sqlite:///{tmp_path / 'nowhere' / 'none.db'}")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_fills_no_empty_store(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.touch()
    with pytest.raises(StoreError, match="older version, or never filled"):
        open_store(f"sqlite:///{path}", read_only=True)
    assert path.read_bytes() == b""


def test_a_migration_that_fails_leaves_nothing(
    any_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade

    def upgrade_then_fail(config: Config, revision: str) -> None:
        upgrade(config, revision)
        raise StoreError("the power went out")

    with monkeypatch.context() as patched, pytest.raises(StoreError, match="power"):
        patched.setattr(command, "upgrade", upgrade_then_fail)
        open_store(any_database)
    engine = create_engine(any_database)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    open_store(any_database).close()


@pytest.mark.parametrize(
    "url",
    [
        "partners.db",
        "",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?uri=true",
        "mysql://h/d",
    ],
)
def test_an_address_that_cannot_hold_a_store_is_broken_settings(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        open_store(url)
    assert caught.value.exit_code == 2
    assert caught.value.where == "store.url"


def test_an_unreachable_server_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_store("postgresql://user:geheim@127.0.0.1:1/partners")
    assert "127.0.0.1:1" in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert caught.value.exit_code == 3
