"""The ledger: decisions chained and sealed, what they were made from beside them, to be erased."""

from partners.ledger.again import Difference
from partners.ledger.appending import Entry, append
from partners.ledger.chain import Key, key_of
from partners.ledger.clerk import A_PERSON, BASELINE, Clerk, record_person
from partners.ledger.erasing import Erased, ErasureRequest, erase_partner
from partners.ledger.findings import Finding
from partners.ledger.replaying import Replayed, Wanted, replay
from partners.ledger.rulebooks import keep_rulebook
from partners.ledger.sealing import latest_root, seal_ledger
from partners.ledger.staff import staff_texts
from partners.ledger.verifying import Verified, verify

__all__ = [
    "A_PERSON",
    "BASELINE",
    "Clerk",
    "Difference",
    "Entry",
    "Erased",
    "ErasureRequest",
    "Finding",
    "Key",
    "Replayed",
    "Verified",
    "Wanted",
    "append",
    "erase_partner",
    "keep_rulebook",
    "key_of",
    "latest_root",
    "record_person",
    "replay",
    "seal_ledger",
    "staff_texts",
    "verify",
]
