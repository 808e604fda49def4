"""Put writes to the CRM into the outbox, in the transaction of what they follow from."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete

from crm_sync.mirror import read_until
from crm_sync.outbox import Write
from partners.job.outbox import waiting_of
from partners.job.writeback import STAGE_FIELD
from partners.store import insert_rows, outbox

__all__ = ["Queued", "queue"]

_COLUMNS = (
    "key",
    "partner_id",
    "object",
    "operation",
    "record_id",
    "external_id_field",
    "fields",
    "state",
    "created_at",
    "decision_id",
    "looked_at",
)
Queued = tuple[str, int | None, Write]
"""Partner, decision, and what is to be written."""


def queue(connection: Connection, writes: Iterable[Queued], now: datetime) -> None:
    """Queue writes.

    An update of the same record that has not arrived is replaced: only the latest is worth sending.
    """
    looked = read_until(connection)
    rows = [
        (
            write.key,
            partner,
            write.object,
            write.operation,
            write.record_id,
            write.external_id_field,
            write.fields,
            "pending",
            now,
            number,
            looked.get(f"{write.object}History") if STAGE_FIELD in write.fields else None,
        )
        for partner, number, write in writes
    ]
    told = {record for _, _, _, operation, record, *_ in rows if operation == "update"}
    partners = {partner for _, partner, _, operation, *_ in rows if operation == "update"}
    older = (outbox.c.operation == "update") & outbox.c.record_id.in_(told)
    connection.execute(delete(outbox).where(waiting_of(partners), older))
    insert_rows(connection, outbox, _COLUMNS, rows)
