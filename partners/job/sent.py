"""After each pull: was an e-mail draft of ours sent from the CRM that nobody had released here?"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, select, update

from crm_sync.errors import CrmRefused
from crm_sync.salesforce import Session, quote
from partners.job.edits import BEGINNING
from partners.job.forms import DRAFT_STATUS, letter_of
from partners.job.traits import keep_trait, read_trait
from partners.job.writeback import KEY_FIELD
from partners.store import Store, draft, outbox

__all__ = ["look_at_sent"]

_TRAIT = "sent_emails"
_LATE = timedelta(minutes=10)
"""How long a transaction in the org may last: what it wrote is seen late."""
_REMEDY = "find out why it went out, and note it: partners outbox drop"
_log = structlog.get_logger()


def look_at_sent(store: Store, session: Session) -> int:
    """Note which e-mail drafts were sent since we last looked; return how many nobody had released.

    Each of them is shown as a write of ours that a person must look at. One call of the CRM, none
    where we never made such a draft. Raises CrmError.
    """
    with store.reading() as connection:
        made = outbox.c.object == "EmailMessage"
        here = select(outbox.c.id).where(made, outbox.c.crm_id.is_not(None)).limit(1)
        if connection.execute(here).first() is None:
            return 0
        known = read_trait(connection, _TRAIT)
    until = session.server_time
    try:
        sent = list(_sent(session, known[1] - _LATE if known else BEGINNING))
    except CrmRefused as error:
        _log.warning("outbox.emails_not_seen", reason=error.what)
        return 0
    with store.transaction() as connection:
        odd = sum(_noted(connection, row) for row in sent)
        if until:
            keep_trait(connection, _TRAIT, {}, until)
    return odd


def _sent(session: Session, since: datetime) -> Iterator[Mapping[str, Any]]:
    """Yield our e-mails that are no drafts any more, changed since an instant of the org."""
    soql = (
        f"SELECT Id, {KEY_FIELD}, LastModifiedBy.Name, MessageDate, LastModifiedDate "
        f"FROM EmailMessage WHERE {KEY_FIELD} LIKE 'PL-%' AND Status != '{DRAFT_STATUS}' "
        f"AND SystemModstamp >= {quote(since)} ORDER BY Id"
    )
    for page in session.pages(soql):
        yield from page


def _noted(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Put a letter aside that was sent; tell whether nobody had released it."""
    key = row[KEY_FIELD]
    letter = draft.c.id == letter_of(key)
    status = connection.execute(select(draft.c.status).where(letter)).scalar()
    # What a person has looked at once bears their note.
    here = outbox.c.state.in_(("delivered", "pending")) & outbox.c.note.is_(None)
    this = (outbox.c.key == key) & here
    if status == "released" or not connection.execute(select(outbox.c.id).where(this)).first():
        return False
    told = f"{_who(row)} sent this e-mail from the CRM; nobody had released it ({status})."
    odd = {"state": "overwritten", "error_code": "SENT_UNRELEASED", "error": told}
    odd["crm_id"] = row["Id"]
    connection.execute(update(outbox).where(this).values({**odd, "remedy": _REMEDY}))
    gone = {"status": "superseded", "reason": told}
    connection.execute(update(draft).where(letter, draft.c.status != "discarded").values(gone))
    return True


def _who(row: Mapping[str, Any]) -> str:
    by = row["LastModifiedBy"]
    when = str(row["MessageDate"] or row["LastModifiedDate"])[:10]
    return f"On {when} {by['Name'] if by else 'somebody'}"
