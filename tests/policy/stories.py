"""Plays a story: people change rows on a day, and the job decides on every day it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import BigInteger, Column, Float, MetaData, Table, Text, select, update

from partner_lifecycle.views import VIEWS, ColumnType
from partners.demo.house import EXAMPLE_HOUSE
from partners.job.engines import choose_engine
from partners.job.running import Job, load_job
from partners.ledger import Wanted, replay
from partners.settings import Settings, StoreSettings
from partners.store import Store, decision, decision_private, draft, open_store, outbox, standing

_SQL = {ColumnType.SHARE: Float, ColumnType.INTEGER: BigInteger, ColumnType.CENTS: BigInteger}
_SQL |= {ColumnType.BOOLEAN: BigInteger}
CRITERIA = ("human_rights", "labour", "environment", "anti_corruption", "un_obligations")
PARTS = ("has_roles", "has_activities", "has_governance", "has_accountability")


@dataclass
class Play:
    """A store, the job, and the day on which the story has arrived."""

    store: Store
    job: Job
    views: MetaData
    day: date = date(2026, 1, 5)
    count: int = 0
    held: list[tuple[date, str, str, bool]] = field(default_factory=list)
    """Each stage and suspension that a partner came to, and when."""

    @classmethod
    @contextmanager
    def begun(cls, url: str) -> Iterator["Play"]:
        """Open a store with a table in place of each view."""
        views = MetaData()
        for name, view in VIEWS.items():
            columns = (Column(c.name, _SQL.get(c.type, Text)) for c in view.columns.values())
            Table(name, views, *columns)
        settings = Settings(store=StoreSettings(url=url), house=EXAMPLE_HOUSE, engine="native")
        with open_store(url) as store:
            with store.transaction() as connection:
                views.create_all(connection)
            yield cls(store, replace(_loaded(), settings=settings), views)

    def add(self, view: str, **values: Any) -> str:
        """Enter a record; return its id."""
        self.count += 1
        row = {"id": f"{view}-{self.count:03}", **values}
        table = self.views.tables[view]
        empty = dict.fromkeys(column.name for column in table.columns)
        with self.store.transaction() as connection:
            connection.execute(table.insert(), empty | {k: _stored(v) for k, v in row.items()})
        return str(row["id"])

    def change(self, view: str, key: str, **values: Any) -> None:
        """Change a record, as staff would."""
        table = self.views.tables[view]
        changed = update(table).where(table.c.id == key)
        with self.store.transaction() as connection:
            connection.execute(changed.values({k: _stored(v) for k, v in values.items()}))

    @property
    def now(self) -> datetime:
        """Return the time at which people act on the day of the story."""
        return datetime.combine(self.day, time(5), UTC)

    def until(self, day: date, every: int = 7) -> None:
        """Let the job run now, then every so many days, and on `day`."""
        while True:
            self._decide()
            if self.day >= day:
                return
            self.day = min(day, self.day + timedelta(days=every))

    def _decide(self) -> None:
        now = datetime.combine(self.day, time(6), UTC)
        self.job.decide(self.store, now, lambda _what: nullcontext(lambda *_: None))
        for row in self._rows(standing):
            stands = (row["partner_id"], row["stage"], row["suspended"])
            before = [each[1:] for each in self.held if each[1] == row["partner_id"]]
            if not before or before[-1] != stands:
                self.held.append((self.day, *stands))

    def way(self, partner: str) -> list[str]:
        """Return the stages a partner has been at, `!` marking a suspension."""
        return [f"{stage}{'!' * held}" for _, who, stage, held in self.held if who == partner]

    def stands(self, partner: str) -> dict[str, Any]:
        """Return what staff read of a partner: stage, reason, next step, what is missing."""
        return next(row for row in self._rows(standing) if row["partner_id"] == partner)

    def letters(self, partner: str) -> list[tuple[str, str]]:
        """Return purpose and status of a partner's letters, in the order of their days."""
        rows = [row for row in self._rows(draft) if row["partner_id"] == partner]
        rows.sort(key=lambda row: (row["created_at"], row["purpose"]))
        return [(row["purpose"], row["status"]) for row in rows]

    def release(self, partner: str, purpose: str) -> None:
        """Send the waiting letter, as a person does."""
        now = datetime.combine(self.day, time(9), UTC)
        waiting = (draft.c.partner_id == partner) & (draft.c.purpose == purpose)
        sent = update(draft).where(waiting & (draft.c.status == "drafted"))
        with self.store.transaction() as connection:
            assert connection.execute(sent.values(status="released", changed_at=now)).rowcount == 1

    def tasks(self, partner: str) -> list[str]:
        """Return what staff were asked to do for a partner, in order."""
        rows = [row for row in self._rows(outbox) if row["object"] == "Task"]
        made = [row for row in rows if row["operation"] == "create"]
        return [row["fields"]["Subject"] for row in made if row["partner_id"] == partner]

    def written(self, partner: str) -> dict[str, Any]:
        """Return what the last write of a partner's standing puts on its record in the CRM."""
        rows = [row for row in self._rows(outbox) if row["key"].startswith(f"standing/{partner}/")]
        return dict(rows[-1]["fields"])

    def decisions(self) -> list[dict[str, Any]]:
        """Return every decision that rules made."""
        return [row for row in self._rows(decision) if row["kind"] == "rules"]

    def recorded(self, partner: str) -> dict[str, Any]:
        """Return what the last decision about a partner was made from, as far as it is private."""
        last = max(row["id"] for row in self.decisions() if row["partner_id"] == partner)
        rows = self._rows(decision_private)
        return next(dict(row["recorded"]) for row in rows if row["decision_id"] == last)

    def replayed(self) -> tuple[int, int]:
        """Return how many decisions come out the same when they are made again, and otherwise."""
        found = replay(self.store, partial(choose_engine, "native"), Wanted())
        return found.same, found.different

    def _rows(self, table: Table) -> list[dict[str, Any]]:
        with self.store.reading() as connection:
            return [dict(row._mapping) for row in connection.execute(select(table))]

    # --- what people enter -----------------------------------------------------------------------

    def partner(self, key: str, audience: str, **more: Any) -> str:
        """Enter a partner with somebody to write to."""
        given = {"name": key, "country": "Kenya", "sector": "Banking", "language": "en", **more}
        self.add("partner", id=key, audience=audience, crm_object="Account", **given)
        self.add("contact", id=f"{key}-contact", partner_id=key, email=f"{key}@partners.example",
                 name="Amina Odhiambo", last_name="Odhiambo", salutation="Ms.", language="en",
                 is_primary=True)  # fmt: skip
        return key

    def touch(self, partner: str, outcome: str = "neutral", **more: Any) -> str:
        """Enter a contact of today: we called, unless it says otherwise."""
        at = datetime.combine(self.day, time(5), UTC)
        given = {"kind": "call", "direction": "outbound", "outcome": outcome, "office": "Nairobi"}
        return self.add("touch", partner_id=partner, at=at, **{**given, **more})

    def cleared(self, partner: str, years: int = 2, **more: Any) -> str:
        """Enter a due diligence that two people decided today."""
        criteria = dict.fromkeys((*CRITERIA, "undue_risk"), "met")
        given = {"status": "decided", "outcome": "cleared", "depth": "enhanced", "risk": "low"}
        given |= {"assessed_by": "u1", "approved_by": "u2", "decided_at": self.day, **criteria}
        given |= {"valid_until": self.day + timedelta(days=365 * years), "evidence_count": 6}
        return self.add("diligence", partner_id=partner, **{**given, **more})

    def signed(self, partner: str, days: int, **more: Any) -> str:
        """Enter an agreement that was signed today and begins today."""
        given = {"status": "signed", "start_date": self.day, "signed_at": self.day}
        given |= {"end_date": self.day + timedelta(days=days), **dict.fromkeys(PARTS, True)}
        given |= {"value_usd": 5_000_000, "partnership_types": "resource"}
        return self.add("agreement", partner_id=partner, **{**given, **more})

    def gift(self, partner: str, usd: int | None, **more: Any) -> str:
        """Enter a gift that arrived today, in US$."""
        cents = None if usd is None else usd * 100
        given = {"kind": "cash", "status": "received", "date": self.day, "currency": "USD"}
        given |= {"amount": cents, "amount_usd": cents}
        return self.add("gift", partner_id=partner, **{**given, **more})


@cache
def _loaded() -> Job:
    """Return the job with everything that it loads."""
    return load_job(Settings())


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value
