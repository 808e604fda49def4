"""The jobs of an org as its own file keeps them, so that they outlive the server."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from crm_sync.sandbox.jobs.job import Job, JobState
from crm_sync.sandbox.org import Org

__all__ = ["JobTable"]


class JobTable:
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

    def save(self, job: Job) -> None:
        """Store a job as it is now."""
        with self._org.storage.writing() as connection:
            values = [job.id, job.kind, json.dumps(asdict(job))]
            connection.execute('INSERT OR REPLACE INTO "_job" VALUES (?, ?, ?)', values)

    def remove(self, job_id: str) -> None:
        """Forget a job."""
        with self._org.storage.writing() as connection:
            connection.execute('DELETE FROM "_job" WHERE id = ?', [job_id])

    def _read(self, where: str, values: Iterable[Any]) -> list[Job]:
        with self._org.storage.reading() as connection:
            rows = connection.execute(f'SELECT body FROM "_job" {where}', list(values)).fetchall()
        return [_job(json.loads(body)) for (body,) in rows]


def _job(values: dict[str, Any]) -> Job:
    given = {"state": JobState(values["state"]), "header": tuple(values["header"])}
    return Job(**{**values, **given})
