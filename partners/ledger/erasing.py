"""Erase what the store knows of a partner; that it was decided, and how it ended, stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, inspect, select, text

from partners.errors import PartnerUnknown
from partners.ledger.appending import Entry, append
from partners.ledger.blanking import blank_drafts, blank_private, blank_rest, blank_writes
from partners.ledger.chain import Key
from partners.ledger.sealing import seal_ledger
from partners.store import JsonText, Store, canonical_json, decision, read_aliases

__all__ = ["Erased", "ErasureRequest", "erase_partner"]


@dataclass(frozen=True)
class ErasureRequest:
    """Who answers for an erasure, and why. It stays for good, and should not name the partner."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Erased:
    """What was erased of a partner, known by these ids. `mirrored`: the mirror still has it."""

    partner_ids: Sequence[str]
    decisions: int
    drafts: int
    writes: int
    mirrored: bool
    root: str


def erase_partner(store: Store, partner_id: str, request: ErasureRequest, key: Key) -> Erased:
    """Remove every text about a partner, and about those merged into it, and note the request.

    Raises PartnerUnknown when nothing was ever decided about it.
    """
    with store.transaction() as connection:
        if store.sqlite_path:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        ids = _ids(connection, partner_id)
        _note(connection, ids, request, key)
        erased = Erased(
            ids,
            blank_private(connection, ids),
            blank_drafts(connection, ids, request.at),
            blank_writes(connection, ids),
            _mirrored(connection, ids),
            seal_ledger(connection, None, request.at, key),
        )
        blank_rest(connection, ids)
    _forget(store)
    return erased


def _ids(connection: Connection, partner_id: str) -> list[str]:
    aliases = read_aliases(connection)
    living = aliases.get(partner_id, partner_id)
    return [living, *sorted(old for old, new in aliases.items() if new == living)]


def _note(connection: Connection, ids: Sequence[str], request: ErasureRequest, key: Key) -> None:
    """Append to the ledger that what was recorded is erased, beside where each partner stood."""
    last = select(func.max(decision.c.id)).where(decision.c.partner_id.in_(ids))
    rows = connection.execute(
        select(decision.c.partner_id, decision.c.stage_to, decision.c.suspended)
        .where(decision.c.id.in_(last.group_by(decision.c.partner_id)))
        .order_by(decision.c.id)
    ).all()
    if not rows:
        raise PartnerUnknown(
            f"Nothing was ever decided about a partner {ids[0]}.",
            remedy="give the id of the record in the CRM, as `partners show` prints it",
        )
    none, why = JsonText("[]"), JsonText(canonical_json([{"because": request.reason}]))
    entries = [
        Entry(
            run_id=None,
            partner_id=row.partner_id,
            decided_at=request.at,
            suspended=row.suspended,
            rulebook_hash=None,
            engine=None,
            kind="erasure",
            by=request.by,
            stage_from=row.stage_to,
            stage_to=row.stage_to,
            fired=none,
            why=why,
            why_not=none,
            facts=JsonText("{}"),
            outcome_hash=None,
            recorded=None,
        )
        for row in rows
    ]
    append(connection, entries, key)


def _mirrored(connection: Connection, ids: Sequence[str]) -> bool:
    if not inspect(connection).has_table("partner"):
        return False
    query = text("SELECT 1 FROM partner WHERE id IN :ids").bindparams(
        bindparam("ids", ids, expanding=True)
    )
    return connection.execute(query).first() is not None


def _forget(store: Store) -> None:
    """Let SQLite write what was overwritten into the file itself, out of its journal."""
    if store.sqlite_path:
        connection = store.engine.raw_connection()
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
