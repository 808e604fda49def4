"""What others than we did to stages, told by the org's field history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import Connection, bindparam, update

from crm_sync.errors import CrmRefused, CrmUnreadable
from crm_sync.salesforce import Session, quote
from partners.job.writeback import STAGE_FIELD
from partners.store import standing

__all__ = ["BEGINNING", "Edit", "Edits", "read_edits", "remember_stages", "written_by_us"]

_log = structlog.get_logger()


@dataclass(frozen=True)
class Edit:
    """Somebody changed a stage."""

    at: datetime
    before: str | None
    after: str | None


Edits = Mapping[str, Sequence[Edit]]
"""Edits by record, oldest first."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything that an org can tell of."""


def remember_stages(connection: Connection, stages: Mapping[str, str | None]) -> None:
    """Remember the stages that partners have in the CRM: what differs later, a person set."""
    if stages:
        seen = update(standing).where(standing.c.partner_id == bindparam("its"))
        told = [{"its": partner, "stage_there": stage} for partner, stage in stages.items()]
        connection.execute(seen.values(crm_stage_seen=bindparam("stage_there")), told)


def read_edits(session: Session, name: str, since: datetime | None) -> Edits:
    """Return what others did to stages of an object after an instant of the org.

    One call for any number of records. {} where the org keeps no history of it for us to see.
    """
    after, link = quote(since or BEGINNING), f"{name}Id"
    found: dict[str, list[Edit]] = {}
    try:
        soql = (
            f"SELECT {link}, OldValue, NewValue, CreatedDate FROM {name}History "
            f"WHERE Field = '{STAGE_FIELD}' AND CreatedDate > {after} "
            f"AND CreatedById != {quote(session.user_id)} ORDER BY CreatedDate, Id"
        )
        for page in session.pages(soql):
            for row in page:
                edit = Edit(_instant(row["CreatedDate"]), row["OldValue"], row["NewValue"])
                found.setdefault(row[link], []).append(edit)
    except (CrmRefused, CrmUnreadable) as error:
        _log.warning("outbox.no_field_history", object=name, reason=error.what)
        return {}
    return found


def written_by_us(session: Session, name: str, record: str, stage: str | None) -> bool:
    """Tell whether the last change of a record's stage was made in our name, and to this stage."""
    soql = (
        f"SELECT NewValue, CreatedById FROM {name}History WHERE {name}Id = {quote(record)} "
        f"AND Field = '{STAGE_FIELD}' ORDER BY CreatedDate DESC, Id DESC LIMIT 1"
    )
    try:
        rows = [row for page in session.pages(soql) for row in page]
        return [(row["NewValue"], row["CreatedById"]) for row in rows] == [(stage, session.user_id)]
    except (CrmRefused, CrmUnreadable):
        return False


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00").replace("+0000", "+00:00"))
