"""Brings a database to the schema this version knows: in one transaction, one process at a time."""

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, text

from crm_sync.mirror import MIRROR_METADATA
from partner_lifecycle import __version__
from partners.errors import StoreError, StoreTooNew
from partners.store.tables import METADATA

__all__ = ["VERSION_TABLE", "check_revision", "migrate", "migrated_metadata"]

VERSION_TABLE = "partner_lifecycle_version"
_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_036_874_417_766_401  # any number, as long as every version takes the same one
_LOCK_PATIENCE = "60s"


def migrated_metadata() -> Sequence[MetaData]:
    """Return the tables that the migrations keep: our own and the mirror's fixed ones."""
    return (METADATA, MIRROR_METADATA)


def migrate(connection: Connection, where: str) -> bool:
    """Bring the schema to the newest revision; return whether anything had to be done.

    The connection must be in a transaction that writes. Raises StoreTooNew, and StoreError when
    the database belongs to something else.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_PATIENCE}'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if check_revision(connection, where):
        # Nothing to change, but the caller will write: find out now whether it may.
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = version_num"))
        return False
    command.upgrade(_config(connection), "head")
    return True


def check_revision(connection: Connection, where: str) -> bool:
    """Return whether the schema is the newest; raise when it is newer, or not ours."""
    found = _revision(connection)
    if found is None:
        _refuse_foreign(connection, where)
        return False
    script = ScriptDirectory.from_config(_config(connection))
    if found not in {revision.revision for revision in script.walk_revisions()}:
        raise StoreTooNew(
            f"The store has schema {found}, newer than version {__version__} of partner-lifecycle "
            "knows. Nothing was changed.",
            where=where,
            remedy="install the newer version that wrote it, or name another store",
        )
    return found == script.get_current_head()


def _revision(connection: Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def _refuse_foreign(connection: Connection, where: str) -> None:
    ours = {name for metadata in migrated_metadata() for name in metadata.tables}
    found = set(inspect(connection).get_table_names())
    # A SQLite file is ours alone; a PostgreSQL schema may be shared.
    taken = found if connection.dialect.name == "sqlite" else found & ours
    if taken:
        some = ", ".join(sorted(taken)[:5])
        raise StoreError(
            f"The database holds tables of something else ({some}). Nothing was changed.",
            where=where,
            remedy="name an empty or new database in store.url",
        )


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
