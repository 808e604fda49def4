"""The library's own tables. The CRM's mirror and its views are crm_sync's.

Partner ids are not foreign keys: a partner lives in the CRM, and may be merged or deleted there.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from partner_lifecycle.views import VIEWS
from partners.store.types import Day, Flag, Instant, Json

__all__ = [
    "METADATA",
    "STAGES",
    "decision",
    "decision_private",
    "draft",
    "episode",
    "form",
    "ledger_head",
    "mailing",
    "org_trait",
    "outbox",
    "override",
    "partner_alias",
    "rulebook",
    "run",
    "screening_hit",
    "seal",
    "standing",
    "task",
]

STAGES = VIEWS["partner"].columns["crm_stage"].values

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only when the key is called INTEGER.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", _NUMBER, primary_key=True, autoincrement=True)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _one_of(name: str, values: tuple[str, ...]) -> CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({allowed})", name=name)


def _decision_id() -> Column[int]:
    return Column("decision_id", _NUMBER, ForeignKey("decision.id"), nullable=True)


# One execution of a job.
run = Table(
    "run",
    METADATA,
    _id(),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
    _text("status"),
    _text("rulebook_hash", null=True),
    _text("engine", null=True),
    Column("summary", Json, nullable=True),
    _one_of("status", ("running", "done", "attention", "failed")),
)

# Triggers of the first migration refuse every change of a stored decision.
# What was decided about a partner and why; append-only, and chained as partners/ledger says.
# An erasure stands here too: that somebody had the private rows of a partner removed.
decision = Table(
    "decision",
    METADATA,
    _id(),
    Column("run_id", _NUMBER, ForeignKey("run.id"), nullable=True),
    _text("partner_id"),
    Column("decided_at", Instant, nullable=False),
    _text("kind"),
    _text("by"),
    _text("stage_from", null=True),
    _text("stage_to"),
    Column("suspended", Flag, nullable=False),
    _text("rulebook_hash", null=True),
    _text("engine", null=True),
    Column("fired", Json, nullable=False),
    Column("why", Json, nullable=False),
    Column("why_not", Json, nullable=False),
    Column("facts", Json, nullable=False),
    _text("outcome_hash", null=True),
    Column("partition", Integer, nullable=False),
    Column("place", _NUMBER, nullable=False),
    _text("sealed"),
    _text("chain"),
    _one_of("kind", ("rules", "person", "erasure")),
    _one_of("stage_from", STAGES),
    _one_of("stage_to", STAGES),
    Index(None, "partner_id", "id"),
    Index(None, "run_id"),
    sqlite_autoincrement=True,
)
_erasures = decision.c.kind == "erasure"
Index(
    "ix_decision_erasure",
    decision.c.partner_id,
    sqlite_where=_erasures,
    postgresql_where=_erasures,
)

# What a decision was made from, with its personal values: may be removed, never changed.
decision_private = Table(
    "decision_private",
    METADATA,
    Column("decision_id", _NUMBER, ForeignKey("decision.id"), primary_key=True),
    _text("salt"),
    Column("recorded", Json, nullable=False),
)

# The end of each partition's chain of decisions.
ledger_head = Table(
    "ledger_head",
    METADATA,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("place", _NUMBER, nullable=False),
    _text("chain"),
    Column("decision_id", _NUMBER, nullable=True),
)

# One root over the ends of all chains, made when a run ended; append-only.
seal = Table(
    "seal",
    METADATA,
    _id(),
    Column("run_id", _NUMBER, ForeignKey("run.id"), nullable=True),
    Column("sealed_at", Instant, nullable=False),
    Column("upto", _NUMBER, nullable=False),
    Column("heads", Json, nullable=False),
    _text("key_id", null=True),
    _text("previous"),
    _text("root"),
    sqlite_autoincrement=True,
)

# The files of every rulebook that decided, as they were; append-only.
rulebook = Table(
    "rulebook",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("layers", Json, nullable=False),
    Column("plugins", Json, nullable=False),
)

# Where each partner stands now.
standing = Table(
    "standing",
    METADATA,
    Column("partner_id", Text, primary_key=True),
    _text("stage"),
    Column("since", Day, nullable=False),
    Column("visit", Integer, nullable=False),
    Column("suspended", Flag, nullable=False),
    _text("suspended_why", null=True),
    Column("held", Flag, nullable=False, server_default="0"),
    _text("set_from", null=True),
    _text("reason", null=True),
    _text("next_step", null=True),
    _text("missing", null=True),
    _text("outcome_hash"),
    _text("crm_stage_seen", null=True),
    # How many waiting letters the partner's record in the CRM tells of.
    Column("letters_told", Integer, nullable=True),
    Column("review_on", Day, nullable=True),
    _decision_id(),
    Column("updated_at", Instant, nullable=False),
    _one_of("stage", STAGES),
    _one_of("set_from", STAGES),
)

# What a rule has already acted on: the same key never acts twice.
episode = Table(
    "episode",
    METADATA,
    _id(),
    _text("rule_id"),
    _text("partner_id"),
    _text("subject"),
    _text("anchor"),
    Column("n", Integer, nullable=False),
    _decision_id(),
    Column("at", Instant, nullable=False),
    UniqueConstraint("rule_id", "subject", "anchor", "n"),
    Index(None, "partner_id"),
    Index(None, "subject"),
)

# A letter written for a person to release; status says how far it went. `sources`: what it rests
# on, each field with what it held when the letter was drawn up; `read_at`: when the CRM was read.
draft = Table(
    "draft",
    METADATA,
    Column("id", Text, primary_key=True),
    _text("partner_id"),
    _text("contact_id", null=True),
    _text("purpose"),
    _text("kind", null=True),
    _text("audience", null=True),
    _text("language", null=True),
    _text("subject", null=True),
    _text("html", null=True),
    _text("text", null=True),
    _text("status"),
    _text("reason", null=True),
    Column("provenance", Json, nullable=True),
    Column("sources", Json, nullable=True),
    Column("read_at", Instant, nullable=True),
    # What a person changed in it: who, which lines, and where new figures come from.
    Column("edit", Json, nullable=True),
    _text("changed_by", null=True),
    _text("rule_id", null=True),
    Column("occasion", Json, nullable=True),
    _text("form_id", null=True),
    _text("mailing_id", null=True),
    _decision_id(),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    _one_of(
        "status",
        (
            "drafted",
            "edited",
            "stale",
            "released",
            "discarded",
            "superseded",
            "suppressed",
            "refused",
        ),
    ),
    Index(None, "partner_id", "status"),
    Index(None, "form_id", "status"),
    Index(None, "mailing_id"),
)

# A text that many letters to the public share, with a name where each one shows a value of its own.
form = Table(
    "form",
    METADATA,
    Column("id", Text, primary_key=True),
    _text("purpose"),
    _text("language"),
    _text("subject"),
    _text("html"),
    _text("text"),
    Column("names", Json, nullable=False),
)

# A person read one text and released it, for everybody to whom it may go; open until all is done.
mailing = Table(
    "mailing",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("form_id", Text, ForeignKey("form.id"), nullable=False),
    _text("by"),
    _text("status"),
    Column("begun_at", Instant, nullable=False),
    Column("done_at", Instant, nullable=True),
    _one_of("status", ("open", "done")),
)

# A person set a rule aside for a partner, and why; in force until its last day, or withdrawn.
override = Table(
    "override",
    METADATA,
    _id(),
    _text("partner_id"),
    _text("rule_id"),
    _text("by"),
    _text("role"),
    _text("reason"),
    Column("at", Instant, nullable=False),
    Column("until", Day, nullable=True),
    Column("withdrawn_at", Instant, nullable=True),
    _text("withdrawn_by", null=True),
    Index(None, "partner_id"),
)

# A task that a rule asked for: open while its reason lasts, closed when that has gone, kept once a
# person has touched it.
task = Table(
    "task",
    METADATA,
    Column("id", Text, primary_key=True),
    _text("partner_id"),
    _text("rule_id"),
    Column("occasion", Json, nullable=True),
    _text("status"),
    _decision_id(),
    Column("changed_at", Instant, nullable=False),
    _one_of("status", ("open", "closed", "kept")),
    Index(None, "partner_id", "status"),
)

# What is to be written to the CRM, once each. `looked_at`: the org's time up to which its field
# history was known when the write was decided; `compared_at`: when the record was last compared.
outbox = Table(
    "outbox",
    METADATA,
    _id(),
    # In the order of its bytes, so that keys that begin alike are found by the index.
    Column("key", Text().with_variant(Text(collation="C"), "postgresql"), nullable=False),
    _text("partner_id", null=True),
    _text("object"),
    _text("operation"),
    _text("record_id", null=True),
    _text("external_id_field", null=True),
    Column("fields", Json, nullable=False),
    _text("state"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _text("error_code", null=True),
    _text("error", null=True),
    _text("remedy", null=True),
    Column("next_try", Instant, nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant, nullable=True),
    Column("delivered_at", Instant, nullable=True),
    Column("looked_at", Instant, nullable=True),
    Column("compared_at", Instant, nullable=True),
    _decision_id(),
    _text("crm_id", null=True),
    Column("note", Json, nullable=True),
    UniqueConstraint("key"),
    _one_of(
        "state",
        ("pending", "delivered", "set_aside", "conflict", "overwritten", "closed", "dropped"),
    ),
    Index(None, "state", "id"),
    Index(None, "partner_id"),
)

# What was learnt about the org, so that it need not be asked again every time.
org_trait = Table(
    "org_trait",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Json, nullable=False),
    Column("at", Instant, nullable=False),
)

# A likely match of a partner with a screening list, until a second person closes it.
screening_hit = Table(
    "screening_hit",
    METADATA,
    _id(),
    _text("partner_id"),
    _text("list_name"),
    _text("entry"),
    _text("status"),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant, nullable=True),
    _text("opened_by"),
    _text("closed_by", null=True),
    _text("reason", null=True),
    _one_of("status", ("open", "closed")),
    Index(None, "partner_id", "status"),
)

# A partner merged away in the CRM, and who it lives on as.
partner_alias = Table(
    "partner_alias",
    METADATA,
    Column("old_id", Text, primary_key=True),
    _text("id"),
    Index(None, "id"),
)
