"""The library's own tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_PARTITIONS = 16
_KEPT = (
    ("decision", "id", "decisions"),
    ("seal", "id", "seals"),
    ("rulebook", "digest", "rulebooks"),
)
_STAGES = "('prospect', 'diligence', 'agreement', 'active', 'renewal', 'closed')"


def upgrade() -> None:
    """Create the tables, and let what is decided be written once only."""
    _create_run()
    _create_decision()
    _create_decision_private()
    _create_ledger_head()
    _create_seal()
    _create_rulebook()
    _create_standing()
    _create_episode()
    _create_draft()
    _create_mailing()
    _create_override()
    _create_task()
    _create_outbox()
    _create_org_trait()
    _create_screening_hit()
    _create_partner_alias()
    keep = _keep_in_sqlite if op.get_bind().dialect.name == "sqlite" else _keep_in_postgresql
    for table, key, what in _KEPT:
        keep(table, key, f"{what} are append-only", "DELETE")
    # Its rows may be erased.
    keep("decision_private", "decision_id", "what was recorded is never changed")


def _keep_in_sqlite(table: str, key: str, why: str, *more: str) -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
    for event in ("UPDATE", *more):
        op.execute(f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} {refuse}")
    # INSERT OR REPLACE would delete without asking the trigger above.
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) {refuse}"
    )


def _keep_in_postgresql(table: str, _key: str, why: str, *more: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{why}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    events = " OR ".join(("UPDATE", *more))
    for event, each in ((events, "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_keeps_{each.lower()} BEFORE {event} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {table}_is_kept()"
        )


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _create_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", _number(), autoincrement=True, nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=True),
        sa.Column("engine", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('running', 'done', 'attention', 'failed')", name=op.f("ck_run_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )


def _create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", _number(), autoincrement=True, nullable=False),
        sa.Column("run_id", _number(), nullable=True),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("stage_from", sa.Text(), nullable=True),
        sa.Column("stage_to", sa.Text(), nullable=False),
        sa.Column("suspended", sa.SmallInteger(), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=True),
        sa.Column("engine", sa.Text(), nullable=True),
        sa.Column("fired", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("why_not", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("outcome_hash", sa.Text(), nullable=True),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("place", _number(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('rules', 'person', 'erasure')", name=op.f("ck_decision_kind")),
        sa.CheckConstraint(f"stage_from IN {_STAGES}", name=op.f("ck_decision_stage_from")),
        sa.CheckConstraint(f"stage_to IN {_STAGES}", name=op.f("ck_decision_stage_to")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_decision_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_decision_partner_id_id"), "decision", ["partner_id", "id"])
    op.create_index(op.f("ix_decision_run_id"), "decision", ["run_id"])
    erasures = sa.text("kind = 'erasure'")
    op.create_index(
        op.f("ix_decision_erasure"),
        "decision",
        ["partner_id"],
        sqlite_where=erasures,
        postgresql_where=erasures,
    )


def _create_decision_private() -> None:
    op.create_table(
        "decision_private",
        sa.Column("decision_id", _number(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("recorded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_private_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision_private")),
    )


def _create_ledger_head() -> None:
    heads = op.create_table(
        "ledger_head",
        sa.Column("partition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", _number(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("decision_id", _number(), nullable=True),
        sa.PrimaryKeyConstraint("partition", name=op.f("pk_ledger_head")),
    )
    begun = [{"partition": each, "place": 0, "chain": ""} for each in range(_PARTITIONS)]
    op.bulk_insert(heads, begun)


def _create_seal() -> None:
    op.create_table(
        "seal",
        sa.Column("id", _number(), autoincrement=True, nullable=False),
        sa.Column("run_id", _number(), nullable=True),
        sa.Column("sealed_at", sa.Text(), nullable=False),
        sa.Column("upto", _number(), nullable=False),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_seal_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sqlite_autoincrement=True,
    )


def _create_rulebook() -> None:
    op.create_table(
        "rulebook",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("layers", sa.Text(), nullable=False),
        sa.Column("plugins", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_rulebook")),
    )


def _create_standing() -> None:
    op.create_table(
        "standing",
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("suspended", sa.SmallInteger(), nullable=False),
        sa.Column("suspended_why", sa.Text(), nullable=True),
        sa.Column("held", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("set_from", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("missing", sa.Text(), nullable=True),
        sa.Column("outcome_hash", sa.Text(), nullable=False),
        sa.Column("crm_stage_seen", sa.Text(), nullable=True),
        sa.Column("letters_told", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Text(), nullable=True),
        sa.Column("decision_id", _number(), nullable=True),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.CheckConstraint(f"stage IN {_STAGES}", name=op.f("ck_standing_stage")),
        sa.CheckConstraint(f"set_from IN {_STAGES}", name=op.f("ck_standing_set_from")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_standing_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("partner_id", name=op.f("pk_standing")),
    )


def _create_episode() -> None:
    op.create_table(
        "episode",
        sa.Column("id", _number(), autoincrement=True, nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("decision_id", _number(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_episode_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode")),
        sa.UniqueConstraint(
            "rule_id", "subject", "anchor", "n", name=op.f("uq_episode_rule_id_subject_anchor_n")
        ),
    )
    op.create_index(op.f("ix_episode_partner_id"), "episode", ["partner_id"])
    op.create_index(op.f("ix_episode_subject"), "episode", ["subject"])


def _create_draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("provenance", sa.Text(), nullable=True),
        sa.Column("sources", sa.Text(), nullable=True),
        sa.Column("read_at", sa.Text(), nullable=True),
        sa.Column("edit", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.Column("rule_id", sa.Text(), nullable=True),
        sa.Column("occasion", sa.Text(), nullable=True),
        sa.Column("form_id", sa.Text(), nullable=True),
        sa.Column("mailing_id", sa.Text(), nullable=True),
        sa.Column("decision_id", _number(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('drafted', 'edited', 'stale', 'released', 'discarded', "
            "'superseded', 'suppressed', 'refused')",
            name=op.f("ck_draft_status"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_draft_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_partner_id_status"), "draft", ["partner_id", "status"])
    op.create_index(op.f("ix_draft_form_id_status"), "draft", ["form_id", "status"])
    op.create_index(op.f("ix_draft_mailing_id"), "draft", ["mailing_id"])


def _create_mailing() -> None:
    words = ("purpose", "language", "subject", "html", "text", "names")
    op.create_table(
        "form",
        sa.Column("id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in words),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form")),
    )
    op.create_table(
        "mailing",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.Text(), nullable=False),
        sa.Column("done_at", sa.Text(), nullable=True),
        sa.CheckConstraint("status IN ('open', 'done')", name=op.f("ck_mailing_status")),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_mailing_form_id_form")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
    )


def _create_override() -> None:
    op.create_table(
        "override",
        sa.Column("id", _number(), autoincrement=True, nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.Text(), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    op.create_index(op.f("ix_override_partner_id"), "override", ["partner_id"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _number(), autoincrement=True, nullable=False),
        sa.Column(
            "key",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("partner_id", sa.Text(), nullable=True),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("external_id_field", sa.Text(), nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("remedy", sa.Text(), nullable=True),
        sa.Column("next_try", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.Text(), nullable=True),
        sa.Column("looked_at", sa.Text(), nullable=True),
        sa.Column("compared_at", sa.Text(), nullable=True),
        sa.Column("decision_id", _number(), nullable=True),
        sa.Column("crm_id", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'delivered', 'set_aside', 'conflict', 'overwritten', 'closed', "
            "'dropped')",
            name=op.f("ck_outbox_state"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_outbox_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(op.f("ix_outbox_partner_id"), "outbox", ["partner_id"])
    op.create_index(op.f("ix_outbox_state_id"), "outbox", ["state", "id"])


def _create_org_trait() -> None:
    op.create_table(
        "org_trait",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_org_trait")),
    )


def _create_task() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decision_id", _number(), nullable=True),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'closed', 'kept')", name=op.f("ck_task_status")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_task_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_partner_id_status"), "task", ["partner_id", "status"])


def _create_screening_hit() -> None:
    op.create_table(
        "screening_hit",
        sa.Column("id", _number(), autoincrement=True, nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_screening_hit_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_hit")),
    )
    op.create_index(
        op.f("ix_screening_hit_partner_id_status"), "screening_hit", ["partner_id", "status"]
    )


def _create_partner_alias() -> None:
    op.create_table(
        "partner_alias",
        sa.Column("old_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("old_id", name=op.f("pk_partner_alias")),
    )
    op.create_index(op.f("ix_partner_alias_id"), "partner_alias", ["id"])
