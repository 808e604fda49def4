"""All that knows simple-salesforce: settings, session, errors translated, SOQL literals."""

from typing import TYPE_CHECKING, Any

from crm_sync.salesforce.allowance import Allowance, ApiUsage
from crm_sync.salesforce.bulk import BULK_PAGE_ROWS
from crm_sync.salesforce.collections import RowResult, batches
from crm_sync.salesforce.describe import Description
from crm_sync.salesforce.details import Detail
from crm_sync.salesforce.settings import CrmSettings
from crm_sync.salesforce.soql import chunks_of_literals, quote

if TYPE_CHECKING:
    from crm_sync.salesforce.session import Session, connect

__all__ = [
    "BULK_PAGE_ROWS",
    "Allowance",
    "ApiUsage",
    "CrmSettings",
    "Description",
    "Detail",
    "RowResult",
    "Session",
    "batches",
    "chunks_of_literals",
    "connect",
    "quote",
]


def __getattr__(name: str) -> Any:
    """Import the session when it is asked for: simple-salesforce takes half a second to load."""
    if name in {"Session", "connect"}:
        from crm_sync.salesforce import session

        return getattr(session, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
