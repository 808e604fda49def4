"""What an org says was deleted in a while, and up to when it has told everything."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crm_sync.errors import CrmUnreadable

__all__ = ["Deleted", "read_deleted"]


@dataclass(frozen=True)
class Deleted:
    """Ids of records deleted, and the instant up to which no transaction can bring any more."""

    ids: tuple[str, ...]
    covered: datetime


def read_deleted(name: str, answer: Any) -> Deleted:
    """Read the answer of `/sobjects/<name>/deleted`. Raises CrmUnreadable for another shape."""
    try:
        ids = tuple(str(each["id"]) for each in answer["deletedRecords"])
        return Deleted(ids, _instant(answer["latestDateCovered"]))
    except (KeyError, TypeError, ValueError) as error:
        raise CrmUnreadable(
            f"The CRM's list of deleted {name} is not one that Salesforce gives.",
            remedy="Check that crm.login_url is a Salesforce org and nothing stands between.",
        ) from error


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
