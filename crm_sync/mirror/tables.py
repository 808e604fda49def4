"""The tables: some of our own, and one for each mirrored object, made from its description."""

from collections.abc import Collection, Mapping

import structlog
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    Index,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.schema import CreateColumn

from crm_sync.mirror.kinds import Kind, text_type

__all__ = [
    "MIRROR_METADATA",
    "bulk_job",
    "exchange_rate",
    "index_table",
    "merged_record",
    "mirror_table",
    "mirrored_org",
    "object_walk",
    "prepare_table",
    "sync_cursor",
    "sync_warning",
    "view_definition",
]

_log = structlog.get_logger(__name__)

MIRROR_METADATA = MetaData()

sync_cursor = Table(
    "sync_cursor",
    MIRROR_METADATA,
    Column("object", Text, primary_key=True),
    Column("systemmodstamp", String(24), comment="stamp of the last row stored"),
    Column("id", String(18), comment="its Id; rows of one stamp are read in the order of Id"),
    Column("settled", String(24), comment="up to this stamp no row can appear any more"),
    Column("synced_at", String(24), comment="when reading last came to the end"),
    Column("rows", BigInteger, nullable=False, comment="rows read since the beginning"),
    Column("fields", Text, nullable=False, comment="fields that every stored row was read with"),
)

bulk_job = Table(
    "bulk_job",
    MIRROR_METADATA,
    Column("object", Text, primary_key=True),
    Column("purpose", String(8), primary_key=True, comment="window or walk"),
    Column("id", String(18), nullable=False),
    Column("locator", Text, comment="of the page to fetch next; none: the first"),
    Column("fields", Text, nullable=False, comment="fields that the job was asked for"),
    Column("settled", String(24), comment="as the cursor will have it when all is read"),
)

object_walk = Table(
    "object_walk",
    MIRROR_METADATA,
    Column("object", Text, primary_key=True),
    Column("place", String(18), comment="last Id compared; none: no walk is under way"),
    Column("fields", Text, nullable=False, comment="fields that the walk reads besides the Id"),
    Column("mark", String(24), comment="before it no row could come any more when it began"),
    Column("begun_at", String(24), comment="when the walk under way, or the last one, began"),
    Column("expected", BigInteger, comment="rows that the org had when it began"),
    Column("org_rows", BigInteger, nullable=False, comment="rows compared, in the org"),
    Column("here_rows", BigInteger, nullable=False, comment="and here, when put right"),
    Column("org_digest", String(64), nullable=False, comment="of all Ids in their order"),
    Column("here_digest", String(64), nullable=False),
    Column("mended", BigInteger, nullable=False, comment="rows that were missing or too many"),
    Column("compared_at", String(24), comment="when the last walk that ended had begun"),
    Column("refreshed_at", String(24), comment="and the last one with calculated fields"),
    Column("off_by", BigInteger, nullable=False, comment="org's rows less ours after a run"),
)

sync_warning = Table(
    "sync_warning",
    MIRROR_METADATA,
    Column("object", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("since", String(24), nullable=False),
)

exchange_rate = Table(
    "exchange_rate",
    MIRROR_METADATA,
    Column("currency", text_type(3), primary_key=True),
    Column("valid_from", text_type(10), primary_key=True),
    Column("usd_per_unit", Double, nullable=False),
)

merged_record = Table(
    "merged_record",
    MIRROR_METADATA,
    Column("old_id", String(18), primary_key=True),
    Column("object", Text, nullable=False),
    Column("id", String(18), nullable=False, comment="the record that took the old one in"),
    Column("seen_at", String(24), nullable=False),
)

mirrored_org = Table(
    "mirrored_org",
    MIRROR_METADATA,
    Column("id", String(18), primary_key=True),
    Column("since", String(24), nullable=False),
)

view_definition = Table(
    "view_definition",
    MIRROR_METADATA,
    Column("name", Text, primary_key=True),
    Column("sha256", String(64), nullable=False),
)


def mirror_table(name: str, fields: Mapping[str, Kind]) -> Table:
    """Return the table of an object, `crm_<name>`, its columns under their API names."""
    columns = [Column(each, kind.sql, primary_key=each == "Id") for each, kind in fields.items()]
    return Table(f"crm_{name}", MetaData(), *columns)


def prepare_table(connection: Connection, table: Table, stored: Mapping[str, Kind]) -> None:
    """Create the table, or add the columns that it lacks (`stored`: those it has).

    Nothing is dropped but columns of another kind than they are to have, which are made anew.
    """
    if not stored:
        table.create(connection, checkfirst=True)
        return
    for column in table.columns:
        kind = stored.get(column.name)
        if kind is not None and str(kind.sql) != str(column.type):
            _drop(connection, table, column.name)
        if kind is None or str(kind.sql) != str(column.type):
            _add(connection, table, column)


def index_table(connection: Connection, table: Table, indexed: Collection[str]) -> None:
    """Make the indexes that are not there; after the first loading, which they would slow."""
    for field in sorted(indexed):
        if field in table.columns and field != "Id":
            Index(_index(table, field), table.c[field]).create(connection, checkfirst=True)


def _index(table: Table, field: str) -> str:
    return f"ix_{table.name}_{field}"


def _drop(connection: Connection, table: Table, field: str) -> None:
    """Drop a column with its index; a view that reads it must have been dropped before."""
    quote = connection.dialect.identifier_preparer.quote
    connection.exec_driver_sql(f"DROP INDEX IF EXISTS {quote(_index(table, field))}")
    connection.exec_driver_sql(f"ALTER TABLE {quote(table.name)} DROP COLUMN {quote(field)}")
    _log.info("mirror.column_dropped", table=table.name, column=field)


def _add(connection: Connection, table: Table, column: Column[object]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    definition = CreateColumn(column).compile(dialect=connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE {quote(table.name)} ADD COLUMN {definition}")
    _log.info("mirror.column_added", table=table.name, column=column.name)
