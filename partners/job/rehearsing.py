"""What a run would write to the CRM, record by record and field by field, without writing it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from crm_sync.salesforce import Session
from partners.job.finding import names_of
from partners.job.outbox import in_short
from partners.job.writeback import STAGE_FIELD
from partners.store import Store, outbox, standing

__all__ = ["Change", "would_write"]


@dataclass(frozen=True)
class Change:
    """One field that would be written. `now`: what stands there; None for a record to be made.

    `withheld`: a person has changed the stage, so the whole record would be left as it is.
    """

    partner: str
    object: str
    record: str
    field: str
    now: Any
    would_be: Any
    withheld: bool = False


def would_write(copy: Store, session: Session) -> list[Change]:
    """Return what waits in the outbox of a copy of the store and differs from the CRM.

    The CRM is only read, 2,000 records a call; raises CrmError.
    """
    with copy.reading() as connection:
        waiting = outbox.c.state.in_(("pending", "conflict"))
        rows = list(connection.execute(select(outbox).where(waiting).order_by(outbox.c.id)))
        names = names_of(connection, {row.partner_id for row in rows} - {None}) if rows else {}
        query = select(standing.c.partner_id, standing.c.crm_stage_seen)
        seen = {row.partner_id: row.crm_stage_seen for row in connection.execute(query)}
    stands = _stands(session, rows)
    return [
        change
        for row in rows
        for change in _changes(row, stands.get(row.record_id, {}), names, seen)
    ]


def _stands(session: Session, rows: Sequence[Row[Any]]) -> dict[str, Mapping[str, Any]]:
    """Return what stands in the fields of records that would be changed."""
    fields: dict[str, set[str]] = {}
    ids: dict[str, list[str]] = {}
    for row in rows:
        if row.operation == "update":
            fields.setdefault(row.object, set()).update(row.fields)
            ids.setdefault(row.object, []).append(row.record_id)
    found: dict[str, Mapping[str, Any]] = {}
    for name, wanted in fields.items():
        found |= session.retrieve(name, sorted(wanted), ids[name])
    return found


def _changes(
    row: Row[Any], stands: Mapping[str, Any], names: Mapping[str, str], seen: Mapping[str, Any]
) -> Iterator[Change]:
    stage = stands.get(STAGE_FIELD)
    ours = (row.fields.get(STAGE_FIELD), seen.get(row.record_id))
    withheld = STAGE_FIELD in row.fields and bool(stands) and stage not in ours
    partner = names.get(row.partner_id, row.partner_id or "")
    for field, value in row.fields.items():
        if stands.get(field) != value:
            told, record = in_short(field, value), row.record_id or "new"
            yield Change(partner, row.object, record, field, stands.get(field), told, withheld)
