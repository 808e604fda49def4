"""The mirror's fixed tables; those of the org's objects come and go with its description."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables that hold how far the mirror has read."""
    op.create_table(
        "sync_cursor",
        sa.Column("object", sa.Text(), primary_key=True),
        sa.Column("systemmodstamp", sa.String(24), comment="stamp of the last row stored"),
        sa.Column(
            "id", sa.String(18), comment="its Id; rows of one stamp are read in the order of Id"
        ),
        sa.Column("settled", sa.String(24), comment="up to this stamp no row can appear any more"),
        sa.Column("synced_at", sa.String(24), comment="when reading last came to the end"),
        sa.Column("rows", sa.BigInteger(), nullable=False, comment="rows read since the beginning"),
        sa.Column(
            "fields",
            sa.Text(),
            nullable=False,
            comment="fields that every stored row was read with",
        ),
    )
    op.create_table(
        "bulk_job",
        sa.Column("object", sa.Text(), primary_key=True),
        sa.Column("purpose", sa.String(8), primary_key=True, comment="window or walk"),
        sa.Column("id", sa.String(18), nullable=False),
        sa.Column("locator", sa.Text(), comment="of the page to fetch next; none: the first"),
        sa.Column("fields", sa.Text(), nullable=False, comment="fields that the job was asked for"),
        sa.Column("settled", sa.String(24), comment="as the cursor will have it when all is read"),
    )
    _create_object_walk()
    op.create_table(
        "sync_warning",
        sa.Column("object", sa.Text(), primary_key=True),
        sa.Column("what", sa.Text(), primary_key=True),
        sa.Column("since", sa.String(24), nullable=False),
    )
    op.create_table(
        "exchange_rate",
        sa.Column("currency", _by_bytes(3), primary_key=True),
        sa.Column("valid_from", _by_bytes(10), primary_key=True),
        sa.Column("usd_per_unit", sa.Double(), nullable=False),
    )
    op.create_table(
        "merged_record",
        sa.Column("old_id", sa.String(18), primary_key=True),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column(
            "id", sa.String(18), nullable=False, comment="the record that took the old one in"
        ),
        sa.Column("seen_at", sa.String(24), nullable=False),
    )
    op.create_table(
        "mirrored_org",
        sa.Column("id", sa.String(18), primary_key=True),
        sa.Column("since", sa.String(24), nullable=False),
    )
    op.create_table(
        "view_definition",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
    )


def _create_object_walk() -> None:
    op.create_table(
        "object_walk",
        sa.Column("object", sa.Text(), primary_key=True),
        sa.Column("place", sa.String(18), comment="last Id compared; none: no walk is under way"),
        sa.Column(
            "fields", sa.Text(), nullable=False, comment="fields that the walk reads besides the Id"
        ),
        sa.Column(
            "mark", sa.String(24), comment="before it no row could come any more when it began"
        ),
        sa.Column(
            "begun_at", sa.String(24), comment="when the walk under way, or the last one, began"
        ),
        sa.Column("expected", sa.BigInteger(), comment="rows that the org had when it began"),
        sa.Column("org_rows", sa.BigInteger(), nullable=False, comment="rows compared, in the org"),
        sa.Column("here_rows", sa.BigInteger(), nullable=False, comment="and here, when put right"),
        sa.Column("org_digest", sa.String(64), nullable=False, comment="of all Ids in their order"),
        sa.Column("here_digest", sa.String(64), nullable=False),
        sa.Column(
            "mended", sa.BigInteger(), nullable=False, comment="rows that were missing or too many"
        ),
        sa.Column("compared_at", sa.String(24), comment="when the last walk that ended had begun"),
        sa.Column("refreshed_at", sa.String(24), comment="and the last one with calculated fields"),
        sa.Column(
            "off_by", sa.BigInteger(), nullable=False, comment="org's rows less ours after a run"
        ),
    )


def _by_bytes(length: int) -> sa.types.TypeEngine[str]:
    """Return a text in the order of its bytes, as mirrored texts are: they are joined."""
    made = sa.String(length)
    return made.with_variant(sa.String(length, collation="C"), "postgresql")
