"""Erase what the store knows of a partner; that it was decided, and how it ended, stays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, inspect, select, text

from partners.errors import ErasureRefused, PartnerUnknown
from partners.ledger.appending import ERASURE, Entry, append
from partners.ledger.blanking import blank_drafts, blank_private, blank_rest, blank_writes
from partners.ledger.chain import Key
from partners.ledger.findings import Row
from partners.ledger.sealing import latest_root, seal_ledger
from partners.store import JsonText, Store, canonical_json, decision, read_aliases

__all__ = ["Erased", "ErasureRequest", "erase_partner"]


@dataclass(frozen=True)
class ErasureRequest:
    """Who answers for an erasure, and why. It stays for good, and should not name the partner.

    Raises ErasureRefused where either is empty.
    """

    by: str
    reason: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse a request for which nobody answers, or without a reason."""
        for name in ("by", "reason"):
            if not getattr(self, name).strip():
                raise ErasureRefused(f"An erasure needs --{name}.", remedy=f"write it: --{name} …")


@dataclass(frozen=True)
class Erased:
    """What was erased of a partner, known by these ids.

    `others` are texts beside its standing, screening hits, overrides, and what rules acted on.
    `noted` is false where all of it was erased before: then nothing is added to the ledger.
    `mirrored`: the mirror still has the partner.
    """

    partner_ids: Sequence[str]
    decisions: int
    drafts: int
    writes: int
    others: int
    noted: bool
    mirrored: bool
    root: str | None


def erase_partner(store: Store, partner_id: str, request: ErasureRequest, key: Key) -> Erased:
    """Remove every text about a partner, and about those merged into it, and note the request.

    Raises PartnerUnknown when nothing was ever decided about it.
    """
    with store.transaction() as connection:
        if store.sqlite_path:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        ids = _ids(connection, partner_id)
        last = _last(connection, ids)
        blanked = (
            blank_private(connection, ids),
            blank_drafts(connection, ids, request.at),
            blank_writes(connection, ids),
            blank_rest(connection, ids),
        )
        noted = any(blanked) or any(row.kind != ERASURE for row in last)
        if noted:
            _note(connection, last, request, key)
            seal_ledger(connection, None, request.at, key)
        mirrored, root = _mirrored(connection, ids), latest_root(connection)
    _forget(store)
    return Erased(ids, *blanked, noted, mirrored, root)


def _ids(connection: Connection, partner_id: str) -> list[str]:
    aliases = read_aliases(connection)
    living = aliases.get(partner_id, partner_id)
    return [living, *sorted(old for old, new in aliases.items() if new == living)]


def _last(connection: Connection, ids: Sequence[str]) -> Sequence[Row]:
    """Return the last of each partner in the ledger: where it stood, or that it was erased."""
    last = select(func.max(decision.c.id)).where(decision.c.partner_id.in_(ids))
    rows = connection.execute(
        select(decision.c.partner_id, decision.c.kind, decision.c.stage_to, decision.c.suspended)
        .where(decision.c.id.in_(last.group_by(decision.c.partner_id)))
        .order_by(decision.c.id)
    ).all()
    if not rows:
        raise PartnerUnknown(
            f"Nothing was ever decided about a partner {ids[0]}.",
            remedy="give the id of the record in the CRM, as `partners show` prints it",
        )
    return rows


def _note(connection: Connection, last: Iterable[Row], request: ErasureRequest, key: Key) -> None:
    """Append to the ledger that what was recorded is erased, beside where each partner stood."""
    none, why = JsonText("[]"), JsonText(canonical_json([{"because": request.reason}]))
    entries = [
        Entry(
            run_id=None,
            partner_id=row.partner_id,
            decided_at=request.at,
            suspended=row.suspended,
            rulebook_hash=None,
            engine=None,
            kind=ERASURE,
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
        for row in last
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
