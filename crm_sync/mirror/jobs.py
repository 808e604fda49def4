"""Bulk jobs under way: where to go on in their results, kept with the rows in one transaction."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, select

from crm_sync.mirror.storing import upsert_rows
from crm_sync.mirror.tables import bulk_job

__all__ = ["Job", "Purpose", "forget_job", "keep_place", "load_job", "store_job"]

Purpose = Literal["window", "walk"]


@dataclass(frozen=True)
class Job:
    """A job of the org: its id, and the locator of the page to fetch next (None: the first).

    `fields` it was asked for; `settled` as the cursor will have it when all of it is read.
    """

    id: str
    fields: frozenset[str]
    settled: str | None = None
    locator: str | None = None


def load_job(connection: Connection, name: str, purpose: Purpose) -> Job | None:
    """Return the job that is under way for an object, None when there is none."""
    row = connection.execute(select(bulk_job).where(*_key(name, purpose))).one_or_none()
    if row is None:
        return None
    return Job(row.id, frozenset(row.fields.split()), row.settled, row.locator)


def store_job(connection: Connection, name: str, purpose: Purpose, job: Job) -> None:
    """Note a job, or how far it has been read."""
    fields = " ".join(sorted(job.fields))
    row = (name, purpose, job.id, job.locator, fields, job.settled)
    upsert_rows(connection, bulk_job, [row])


def keep_place(connection: Connection, name: str, purpose: Purpose, job: Job | None) -> None:
    """Note, with the rows, where to go on; None: there is no more of the job."""
    if job:
        store_job(connection, name, purpose, job)
    else:
        forget_job(connection, name, purpose)


def forget_job(connection: Connection, name: str, purpose: Purpose) -> None:
    """Forget the job of an object: it is read to its end, or lost."""
    connection.execute(delete(bulk_job).where(*_key(name, purpose)))


def _key(name: str, purpose: Purpose) -> tuple[ColumnElement[bool], ...]:
    return bulk_job.c.object == name, bulk_job.c.purpose == purpose
