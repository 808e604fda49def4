"""Whether the org keeps the history of stages, by which we know who moved a partner."""

from collections.abc import Collection, Iterator

from crm_sync.errors import CrmRefused, CrmUnreadable
from crm_sync.salesforce import Session
from partners.doctor.finding import DEPLOY, Finding
from partners.job.writeback import STAGE_FIELD

__all__ = ["keeps_history"]

_PARTNERS = ("Account", "Contact")
_BY_HAND = (
    f"{DEPLOY}\n"
    "Or in Setup, Object Manager, Fields & Relationships, Set History Tracking: tick Lifecycle "
    "Stage."
)


def keeps_history(session: Session, names: Collection[str]) -> Iterator[Finding]:
    """Yield which object's stages are not tracked; `names` are the org's objects that we see.

    Raises CrmError when the org is out of reach.
    """
    tracked = _tracked(session)
    for name in _PARTNERS:
        if f"{name}History" not in names:
            yield Finding(f"{name}History", "is not kept, or our user may not see it", _BY_HAND)
        elif tracked is None:
            yield Finding(f"{name}.{STAGE_FIELD}", "does not tell whether it is tracked", _BY_HAND)
        elif name not in tracked:
            what = "is not tracked: nobody can tell who set a stage, and when"
            yield Finding(f"{name}.{STAGE_FIELD}", what, _BY_HAND)


def _tracked(session: Session) -> set[str] | None:
    """Return the objects whose stage has its history kept; None when the org does not tell."""
    objects = ", ".join(f"'{name}'" for name in _PARTNERS)
    soql = (
        "SELECT EntityDefinitionId FROM FieldDefinition "
        f"WHERE EntityDefinitionId IN ({objects}) AND QualifiedApiName = '{STAGE_FIELD}' "
        "AND IsFieldHistoryTracked = true"
    )
    try:
        return {row["EntityDefinitionId"] for page in session.pages(soql) for row in page}
    except (CrmRefused, CrmUnreadable):
        return None
