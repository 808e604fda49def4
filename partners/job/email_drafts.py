"""Whether the org takes a draft as an e-mail of its own: asked once, and remembered."""

from datetime import datetime, timedelta

import structlog

from crm_sync.errors import CrmRefused
from crm_sync.profiles import Appears
from crm_sync.salesforce import Session
from partners.job.traits import keep_trait, read_trait
from partners.job.writeback import KEY_FIELD
from partners.store import Store

__all__ = ["ask_org", "forms_shown"]

_TRAIT = "email_drafts"
_AGAIN = timedelta(days=7)
# Without Enhanced Email an org has no e-mails, or only those about its cases.
_NEEDED = ("RelatedToId", "ToIds", "HtmlBody", "Status")
_log = structlog.get_logger()


def ask_org(store: Store, session: Session, appears: Appears, now: datetime) -> None:
    """Learn whether the org takes e-mail drafts, unless that is known; a no is asked again weekly.

    Raises CrmError when the org cannot be asked.
    """
    if "email" not in appears.drafts:
        return
    with store.reading() as connection:
        known = read_trait(connection, _TRAIT)
    if known and (known[0]["taken"] or now - known[1] < _AGAIN):
        return
    why = _why_not(session)
    _log.info("outbox.email_drafts", taken=not why, reason=why)
    with store.transaction() as connection:
        keep_trait(connection, _TRAIT, {"taken": not why, "why": why}, now)


def forms_shown(store: Store, appears: Appears) -> tuple[str, ...]:
    """Return the forms in which letters appear in this org."""
    with store.reading() as connection:
        known = read_trait(connection, _TRAIT)
    taken = bool(known and known[0]["taken"])
    return tuple(form for form in appears.drafts if form != "email" or taken)


def _why_not(session: Session) -> str:
    """Return why the org takes no e-mail drafts, "" if it does."""
    try:
        described = session.describe("EmailMessage")
    except CrmRefused as error:
        return f"The org has no e-mail messages: {error.what}"
    lacking = [name for name in _NEEDED if name not in described.fields]
    if lacking:
        return f"Enhanced Email is off: EmailMessage has no {', '.join(lacking)}."
    if KEY_FIELD not in described.fields:
        return f"EmailMessage has no {KEY_FIELD}: deploy salesforce/email-drafts."
    return "" if described.createable else "Our user may not make e-mail messages."
