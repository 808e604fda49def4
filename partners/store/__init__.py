"""The store: own tables, one schema history, transactions, and frames for lifecycle."""

from partners.store.aliases import read_aliases
from partners.store.bulk import insert_rows, insert_stored, next_numbers, stored_rows
from partners.store.frames import read_frame, read_frames
from partners.store.rehearsing import rehearsal
from partners.store.shapes import FRAMES, SCHEMAS
from partners.store.store import Store, open_store
from partners.store.tables import (
    METADATA,
    decision,
    decision_private,
    draft,
    episode,
    form,
    ledger_head,
    mailing,
    org_trait,
    outbox,
    override,
    partner_alias,
    rulebook,
    run,
    screening_hit,
    seal,
    standing,
    task,
)
from partners.store.types import JsonText, canonical_json, instant_text

__all__ = [
    "FRAMES",
    "METADATA",
    "SCHEMAS",
    "JsonText",
    "Store",
    "canonical_json",
    "decision",
    "decision_private",
    "draft",
    "episode",
    "form",
    "insert_rows",
    "insert_stored",
    "instant_text",
    "ledger_head",
    "mailing",
    "next_numbers",
    "open_store",
    "org_trait",
    "outbox",
    "override",
    "partner_alias",
    "read_aliases",
    "read_frame",
    "read_frames",
    "rehearsal",
    "rulebook",
    "run",
    "screening_hit",
    "seal",
    "standing",
    "stored_rows",
    "task",
]
