"""Run a bulk query: what the org holds at that moment becomes a file of lines."""

from collections.abc import Callable
from dataclasses import replace

from crm_sync.sandbox.jobs.job import Job, JobState
from crm_sync.sandbox.jobs.result_file import ResultFile
from crm_sync.sandbox.org import Org
from crm_sync.sandbox.soql.export import compile_export

__all__ = ["export"]

_REPORTED_ROWS = 100_000


def export(org: Org, job: Job, result: ResultFile, report: Callable[[Job], object]) -> Job:
    """Write the rows of a query job and return the job as it then is; `report` hears of progress.

    Raises SoqlError, or what `report` raises to stop it.
    """
    compiled = compile_export(
        org.schema,
        job.query,
        now=org.clock(),
        include_deleted=job.operation == "queryAll",
        api_version=job.version,
        delimiter=job.separator,
        ending=job.newline,
    )
    count = reported = 0
    with org.storage.reading() as connection, result:
        for lines in compiled.lines(connection):
            result.add(lines)
            count += len(lines)
            if count - reported >= _REPORTED_ROWS:
                reported = count
                report(replace(job, processed=count))
    return replace(job, state=JobState.COMPLETE, processed=count)
