"""After each pull: did what we wrote of partners arrive as written, over nobody's edit?"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from crm_sync.mirror import mirrored
from crm_sync.salesforce import Session
from partners.job.edits import Edit, read_edits, remember_stages, written_by_us
from partners.job.rewritten import changed_by_org
from partners.job.writeback import STAGE_FIELD
from partners.store import Store, outbox

__all__ = ["look_back"]

_Values = Mapping[str, Any]
# The org's clock tells whole seconds.
_SECOND = timedelta(seconds=1)
_OVERWRITTEN = "set the stage in the CRM as it should be, then: partners outbox drop"
_REWRITTEN = (
    "find the trigger, flow or rule that changes it and let it except the integration user; "
    "then: partners outbox drop"
)


def look_back(store: Store, session: Session) -> int:
    """Check what was written of partners since the last pull; return how many writes are odd.

    An edit that slipped in between comparing and writing is shown as overwritten. What the org made
    of our own write is shown too, written again by no run, and never taken for a person's move; a
    stage that was emptied is written again. Raises CrmError.
    """
    with store.reading() as connection:
        query = select(outbox).where(outbox.c.state == "delivered")
        query = query.where(outbox.c.compared_at.is_not(None), outbox.c.operation == "update")
        written = [row for row in connection.execute(query) if row.record_id == row.partner_id]
        rows = [row for row in written if STAGE_FIELD in row.fields]
        stands = _stands(connection, rows)
    odd: dict[int, _Values] = {}
    rewritten: dict[str, str | None] = {}
    for name in sorted({row.object for row in rows}):
        these = [row for row in rows if row.object == name]
        edits = read_edits(session, name, min(row.compared_at for row in these) - _SECOND)
        for row in these:
            stage = stands.get(row.record_id, row.fields[STAGE_FIELD])
            theirs = [e for e in edits.get(row.record_id, ()) if e.at >= row.compared_at]
            if stage == row.fields[STAGE_FIELD]:
                odd |= _overwritten(row, theirs)
            elif stage and not theirs and written_by_us(session, name, row.record_id, stage):
                odd[row.id] = _changed(row, stage)
                rewritten[row.record_id] = stage
    for name in sorted({row.object for row in written}):
        these = [row for row in written if row.object == name]
        for number, told in changed_by_org(session, name, these).items():
            odd.setdefault(number, _odd("REWRITTEN", told, _REWRITTEN))
    with store.transaction() as connection:
        _store(connection, odd, rewritten)
    return len(odd)


def _stands(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name in {row.object for row in rows}:
        ids = [row.record_id for row in rows if row.object == name]
        found |= mirrored(connection, name, STAGE_FIELD, ids)
    return found


def _overwritten(row: Row[Any], theirs: Sequence[Edit]) -> dict[int, _Values]:
    """Return what to show of a stage that a person set in the moment in which we wrote ours."""
    wanted = row.fields[STAGE_FIELD]
    if not theirs or theirs[-1].after == wanted:
        return {}
    told = f"A person set {theirs[-1].after or 'no stage'} while we wrote {wanted}, which stands."
    return {row.id: _odd("OVERWRITTEN", told, _OVERWRITTEN)}


def _changed(row: Row[Any], stage: str | None) -> _Values:
    told = f"The org made {stage or 'nothing'} of {row.fields[STAGE_FIELD]} as we wrote it."
    return _odd("REWRITTEN", told, _REWRITTEN)


def _odd(code: str, told: str, remedy: str) -> _Values:
    return {"state": "overwritten", "error_code": code, "error": told, "remedy": remedy}


def _store(
    connection: Connection, odd: Mapping[int, _Values], rewritten: Mapping[str, str | None]
) -> None:
    done = update(outbox).where(outbox.c.compared_at.is_not(None), outbox.c.state == "delivered")
    connection.execute(done.values(compared_at=None))
    for number, values in odd.items():
        connection.execute(update(outbox).where(outbox.c.id == number).values(dict(values)))
    remember_stages(connection, rewritten)
