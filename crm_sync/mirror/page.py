"""A page of an object's records on its way from the org into the database."""

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Engine

from crm_sync.mirror.jobs import Job
from crm_sync.mirror.staging import Prepared, prepare

__all__ = ["Page"]

# What a record is told by; pages are large, so of the other columns only the database's form stays.
_TOLD = ("Id", "SystemModstamp", "CreatedDate", "IsDeleted", "MasterRecordId")


@dataclass(frozen=True)
class Page:
    """Records: what they are told by, and all of them ready for the database.

    `job`: the bulk job with the place of the page after (None: by REST, or a job's last page).
    Stage the page, or close it.
    """

    rows: pl.DataFrame
    prepared: Prepared
    job: Job | None = None
    by_job: bool = False

    @classmethod
    def of(
        cls, engine: Engine, rows: pl.DataFrame, job: Job | None = None, *, by_job: bool = False
    ) -> "Page":
        """Prepare records for a database. Raises StagingFailed."""
        told = rows.select(name for name in _TOLD if name in rows.columns)
        return cls(told, prepare(engine, rows), job, by_job)

    def close(self) -> None:
        """Give the page up."""
        self.prepared.close()
