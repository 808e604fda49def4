"""Records merged in the CRM since a write was decided: it follows them, or it is closed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select, update

from crm_sync.mirror import merged_into
from partners.job.outbox import WAITING
from partners.store import outbox

__all__ = ["follow_records"]

_LINKS = ("WhatId", "WhoId", "FirstPublishLocationId", "RelatedToId")


def follow_records(connection: Connection) -> int:
    """Let waiting writes name records that live on; return how many were closed instead.

    A partner's standing is not written over that of the record which took it in: that one has its
    own. Tasks and files hang on the record that lives on.
    """
    merged = merged_into(connection)
    closed = 0
    if not merged:
        return closed
    query = select(outbox).where(outbox.c.state.in_(WAITING))
    for row in list(connection.execute(query)):
        values = _closed(row, merged) if row.operation == "update" else _moved(row, merged)
        if values:
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(values))
            closed += "state" in values
    return closed


def _closed(row: Row[Any], merged: Mapping[str, str]) -> dict[str, Any]:
    into = merged.get(row.record_id)
    if into is None:
        return {}
    told = f"The record was merged into {into}, which has its own."
    return {"state": "closed", "error_code": "MERGED", "error": told, "remedy": "nothing"}


def _moved(row: Row[Any], merged: Mapping[str, str]) -> dict[str, Any]:
    links: dict[str, Any] = {
        name: merged[row.fields[name]] for name in _LINKS if row.fields.get(name) in merged
    }
    people = row.fields.get("ToIds", ())
    if any(each in merged for each in people):
        links["ToIds"] = [merged.get(each, each) for each in people]
    return {"fields": {**row.fields, **links}} if links else {}
