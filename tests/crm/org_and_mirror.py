"""A local org, a session with it and a mirror of it; and both sides record by record."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from crm_sync.mirror import SyncReport, sync
from crm_sync.profiles import load_profile
from crm_sync.salesforce import CrmSettings, Session, connect
from crm_sync.sandbox import LocalOrg

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
METADATA = Path(__file__).parents[2] / "salesforce"
FIELDS = ("Id", "Name", "Industry", "ParentId", "Giving_Capacity__c", "CreatedDate")


@dataclass
class Place:
    """A local org, a session with it and a mirror of it. `later`: how far our clock has gone on."""

    local: LocalOrg
    session: Session
    engine: Engine
    later: timedelta = field(default_factory=timedelta)

    def sync(self, **options: Any) -> SyncReport:
        """Read the accounts, unless told otherwise."""
        given = {"objects": ["Account"], **options}
        profile = load_profile("standard")
        return sync(self.session, self.engine, profile, now=NOW + self.later, **given)

    def here(self, *names: str) -> set[tuple[Any, ...]]:
        """The mirrored accounts."""
        listed = ", ".join(f'"{name}"' for name in names or FIELDS)
        with self.engine.connect() as connection:
            rows = connection.execute(text(f'SELECT {listed} FROM "crm_Account"'))
            return {tuple(row) for row in rows}

    def there(self, *names: str) -> set[tuple[Any, ...]]:
        """The living accounts of the org, as the mirror writes values."""
        chosen = names or FIELDS
        rows = self.local.org.query(f"SELECT {', '.join(chosen)} FROM Account")
        return {tuple(_mirrored(row[name]) for name in chosen) for row in rows}

    def add(self, count: int, **values: Any) -> list[str]:
        """Make accounts in the org and return their Ids."""
        made = [{"Name": f"Firm {n}", "Giving_Capacity__c": n / 4, **values} for n in range(count)]
        return [self.local.org.insert("Account", each) for each in made]

    def scalar(self, statement: str) -> Any:
        """What one statement finds in the mirror."""
        with self.engine.connect() as connection:
            return connection.execute(text(statement)).scalar_one()


def open_session(local: LocalOrg, **changes: Any) -> Session:
    """Log in to a local org."""
    given = {**local.login, "page_size": 200}
    return connect(CrmSettings.model_validate({**given, **changes}), sleep=lambda _: None)


def _mirrored(value: Any) -> Any:
    if isinstance(value, str) and value.endswith("+0000"):
        return f"{value[:23]}Z"
    return value
