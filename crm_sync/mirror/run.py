"""What all steps of one sync share."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Engine, func, select

from crm_sync.mirror.drift import Kinds, Warned
from crm_sync.mirror.fetching import Fetcher
from crm_sync.mirror.layout import Layout
from crm_sync.mirror.options import Options
from crm_sync.mirror.report import SyncReport
from crm_sync.mirror.tables import mirror_table

if TYPE_CHECKING:
    from crm_sync.salesforce import Session

__all__ = ["Run"]


@dataclass(frozen=True)
class Run:
    """One sync: with which org, into which database, how, and what it has done so far."""

    session: "Session"
    engine: Engine
    layout: Layout
    fetcher: Fetcher
    options: Options
    report: SyncReport

    def kinds(self, name: str) -> Kinds:
        """Return the fields of an object that are read."""
        return self.layout.present[name]

    def calculated(self, name: str) -> frozenset[str]:
        """Return the fields among them that change without a stamp."""
        return self.layout.descriptions[name].calculated & self.kinds(name).keys()

    def rows_here(self, name: str) -> int:
        """Count the rows of an object in the mirror."""
        table = mirror_table(name, self.kinds(name))
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def warn(self, name: str, what: str) -> None:
        """Note what a person must see."""
        self.report.warned.append(Warned(name, what))
