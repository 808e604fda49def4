"""One store mirrors one org: records of two would be mixed up without a word."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine, insert, select

from crm_sync.errors import CrmUnreadable, WrongOrg
from crm_sync.mirror.kinds import instant_text
from crm_sync.mirror.tables import mirrored_org

if TYPE_CHECKING:
    from crm_sync.salesforce import Session

__all__ = ["check_org"]


def check_org(session: "Session", engine: Engine, now: datetime) -> None:
    """Remember which org the store mirrors; raise WrongOrg when this is another one."""
    rows = [row for page in session.pages("SELECT Id FROM Organization") for row in page]
    if not rows:
        raise CrmUnreadable(
            "The org does not say which one it is.",
            where="the object Organization",
            remedy="give the integration user the right to read it",
        )
    row = rows[0]
    with engine.begin() as connection:
        known = connection.execute(select(mirrored_org.c.id)).scalar()
        if known is None:
            values = {"id": row["Id"], "since": instant_text(now)}
            connection.execute(insert(mirrored_org).values(values))
        elif known != row["Id"]:
            raise WrongOrg(
                f"The store mirrors the org {known}, and this is {row['Id']}.",
                where="store.url and crm.login_url",
                remedy="give each org a store of its own (a sandbox refreshed anew is a new org)",
            )
