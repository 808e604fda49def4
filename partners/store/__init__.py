"""The store: own tables, one schema history, transactions, and frames for lifecycle."""

from partners.store.aliases import read_aliases
from partners.store.bulk import insert_rows, next_numbers
from partners.store.frames import read_frame, read_frames
from partners.store.shapes import FRAMES, SCHEMAS
from partners.store.store import Store, open_store
from partners.store.tables import (
    METADATA,
    decision,
    draft,
    episode,
    outbox,
    override,
    partner_alias,
    run,
    screening_hit,
    standing,
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
    "draft",
    "episode",
    "insert_rows",
    "instant_text",
    "next_numbers",
    "open_store",
    "outbox",
    "override",
    "partner_alias",
    "read_aliases",
    "read_frame",
    "read_frames",
    "run",
    "screening_hit",
    "standing",
]
