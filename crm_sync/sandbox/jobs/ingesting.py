"""Run a bulk ingest: each line becomes a record or a reason why not, some hundred at a time."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.jobs.job import ENDINGS, Job, JobState
from crm_sync.sandbox.jobs.lines import Line, operation_of
from crm_sync.sandbox.jobs.stopping import Stopped
from crm_sync.sandbox.org import Org
from crm_sync.sandbox.records import Result
from crm_sync.sandbox.schema import SObject
from crm_sync.sandbox.soql.csv_line import quoted_line

__all__ = ["ingest"]

_AT_ONCE = 200


def ingest(org: Org, job: Job, file: Callable[[str], Path], report: Callable[[Job], object]) -> Job:
    """Save the records of an ingest job and return the job as it then is.

    `file` gives the path of the job's file with a suffix, `report` hears of progress. What
    `report` raises stops the job; the lines that were not tried are then in the unprocessed file.
    """
    try:
        _check_ending(job, file("in.csv"))
        with file("in.csv").open(encoding="utf-8-sig", newline="") as body:
            return _ingested(org, job, body, file, report)
    except (_BadData, UnicodeDecodeError, csv.Error) as error:
        return replace(job, state=JobState.FAILED, error=f"InvalidBatch : {error}")


class _BadData(Exception):
    """The data as a whole cannot be read."""


def _ingested(
    org: Org,
    job: Job,
    body: TextIO,
    file: Callable[[str], Path],
    report: Callable[[Job], object],
) -> Job:
    lines = csv.reader(body, delimiter=job.separator, strict=True)
    header = next(lines, None)
    if header is None:
        raise _BadData("The data is empty")
    sobject = _checked(org, job, header)
    with (
        file("successful.csv").open("wb") as good,
        file("failed.csv").open("wb") as bad,
        file("unprocessed.csv").open("wb") as untried,
    ):
        good.write(quoted_line(["sf__Id", "sf__Created", *header], job.separator, job.newline))
        bad.write(quoted_line(["sf__Id", "sf__Error", *header], job.separator, job.newline))
        untried.write(quoted_line(header, job.separator, job.newline))
        while chunk := list(islice(lines, _AT_ONCE)):
            try:
                report(job)
            except Stopped:
                untried.writelines(_kept(job, [*chunk, *lines]))
                raise
            results = _save(org, job, sobject, header, chunk)
            _write(job, chunk, results, good, bad)
            failed = sum(not each.success for each in results)
            job = replace(job, processed=job.processed + len(chunk), failed=job.failed + failed)
    return replace(job, state=JobState.COMPLETE)


def _check_ending(job: Job, path: Path) -> None:
    """Refuse lines that end otherwise than the job says, as an org does."""
    with path.open("rb") as body:
        first = body.readline()
    found = "CRLF" if first.endswith(ENDINGS["CRLF"].encode()) else "LF"
    if first.endswith(b"\n") and found != job.ending:
        message = f"LineEnding is invalid on user data. Current LineEnding setting is {job.ending}"
        raise _BadData(message)


def _checked(org: Org, job: Job, header: Line) -> SObject:
    sobject = org.schema.object(job.sobject)
    if sobject is None:
        raise OrgError("INVALIDENTITY", f"Entity '{job.sobject}' is not supported by the Bulk API.")
    relationships = {(each.relationship_name or "").lower() for each in sobject.fields.values()}
    for name in header:
        known = sobject.field(name) or name.partition(".")[0].lower() in relationships
        if not known:
            raise _BadData(f"Field name not found : {name}")
    return sobject


def _save(
    org: Org, job: Job, sobject: SObject, header: Line, chunk: Sequence[Line]
) -> Sequence[Result]:
    operations = [operation_of(job, sobject, header, line) for line in chunk]
    return org.save(operations, user_id=job.user_id)


def _write(
    job: Job, chunk: Sequence[Line], results: Sequence[Result], good: BinaryIO, bad: BinaryIO
) -> None:
    for line, result in zip(chunk, results, strict=True):
        shown = [result.id or "", "true" if result.created else "false", *line]
        if result.success:
            good.write(quoted_line(shown, job.separator, job.newline))
        else:
            shown = ["", _reason(result.errors[0]), *line]
            bad.write(quoted_line(shown, job.separator, job.newline))


def _kept(job: Job, lines: Sequence[Line]) -> Iterator[bytes]:
    return (quoted_line(line, job.separator, job.newline) for line in lines)


def _reason(error: OrgError) -> str:
    fields = f"{' '.join(error.fields)} " if error.fields else ""
    return f"{error.code}:{error.message}:{fields}--"
