"""The jobs of an org and their files: both are kept beside its records and outlive the server."""

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from crm_sync.sandbox.jobs.job import Job, JobState
from crm_sync.sandbox.jobs.result_file import ResultFile
from crm_sync.sandbox.org import Org
from crm_sync.sandbox.values import instant

__all__ = ["JobStore"]


class JobStore:
    """Reads and writes jobs."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def find(self, kind: str, job_id: str) -> Job | None:
        """Return a job of that kind, or None."""
        found = self._read("WHERE kind = ? AND id = ?", [kind, job_id])
        return found[0] if found else None

    def all(self, kind: str) -> list[Job]:
        """Return all jobs of a kind, newest first."""
        return self._read("WHERE kind = ? ORDER BY id DESC", [kind])

    def save(self, job: Job) -> Job:
        """Store a job, changed now, and return it so."""
        job = replace(job, changed=instant(self._org.clock()))
        with self._org.storage.writing() as connection:
            values = [job.id, job.kind, json.dumps(asdict(job))]
            connection.execute('INSERT OR REPLACE INTO "_job" VALUES (?, ?, ?)', values)
        return job

    def remove(self, job: Job) -> None:
        """Forget a job and remove its files."""
        with self._org.storage.writing() as connection:
            connection.execute('DELETE FROM "_job" WHERE id = ?', [job.id])
        self.remove_files(job)

    def remove_files(self, job: Job) -> None:
        """Remove all that a job left beside the org's file."""
        for path in self._folder().glob(f"{job.id}.*"):
            path.unlink()

    def result(self, job: Job) -> ResultFile:
        """Return the rows that a query job found."""
        return ResultFile(self.file(job, "csv"))

    def file(self, job: Job, suffix: str) -> Path:
        """Return the path of one of a job's files."""
        return self._folder() / f"{job.id}.{suffix}"

    def _folder(self) -> Path:
        folder = self._org.storage.folder
        folder.mkdir(exist_ok=True)
        return folder

    def _read(self, where: str, values: Iterable[Any]) -> list[Job]:
        with self._org.storage.reading() as connection:
            rows = connection.execute(f'SELECT body FROM "_job" {where}', list(values)).fetchall()
        return [_job(json.loads(body)) for (body,) in rows]


def _job(values: dict[str, Any]) -> Job:
    given = {"state": JobState(values["state"]), "header": tuple(values["header"])}
    return Job(**{**values, **given})
