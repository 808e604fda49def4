"""Fields that our user may not write: kept back and told, while the rest of the record goes out."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from partners.job.metadata import Locked
from partners.job.outbox import DUE
from partners.store import outbox

__all__ = ["keep_back"]

_CODE = "FIELD_LOCKED"
_REMEDY = (
    "assign the permission set Partner_Lifecycle_Integration to our user (partners doctor tells "
    "how); the next run writes it then"
)
_KEPT = ("partner_id", "object", "operation", "record_id", "external_id_field", "created_at")


def keep_back(connection: Connection, locked: Locked) -> None:
    """Take locked fields out of what waits, and set them aside; what was kept back tries again.

    An empty `locked` only lets go what was kept back.
    """
    again = update(outbox).where(outbox.c.error_code == _CODE, outbox.c.state == "set_aside")
    none = {"error_code": None, "error": None, "remedy": None}
    connection.execute(again.values(state="pending", **none))
    here = outbox.c.state.in_(DUE) & outbox.c.object.in_(locked)
    for row in list(connection.execute(select(outbox).where(here))):
        kept = {name: row.fields[name] for name in row.fields if name in locked[row.object]}
        if kept:
            _split(connection, row, kept)


def _split(connection: Connection, row: Row[Any], kept: dict[str, Any]) -> None:
    names = ", ".join(f"{row.object}.{name}" for name in sorted(kept))
    told = {"error_code": _CODE, "error": f"Our user may not write {names}.", "remedy": _REMEDY}
    aside = {"state": "set_aside", **told}
    this = update(outbox).where(outbox.c.id == row.id)
    rest = {name: value for name, value in row.fields.items() if name not in kept}
    if not rest:
        connection.execute(this.values(aside))
        return
    connection.execute(this.values(fields=rest))
    copy = {name: row._mapping[name] for name in (*_KEPT, "decision_id")}
    connection.execute(insert(outbox).values(key=f"{row.key}/locked", fields=kept, **copy, **aside))
