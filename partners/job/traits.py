"""What was learnt about the org, so that it need not be asked again every time."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from partners.store import org_trait

__all__ = ["keep_trait", "read_trait"]


def read_trait(connection: Connection, name: str) -> tuple[Any, datetime] | None:
    """Return what was learnt, and when; None if it was never asked."""
    found = connection.execute(select(org_trait).where(org_trait.c.name == name)).first()
    return (found.value, found.at) if found else None


def keep_trait(connection: Connection, name: str, value: Any, at: datetime) -> None:
    """Remember what was learnt about the org."""
    connection.execute(delete(org_trait).where(org_trait.c.name == name))
    connection.execute(insert(org_trait).values(name=name, value=value, at=at))
