"""The file of a draft on the partner's record in the CRM, as the draft goes its way.

A file once written keeps its words: new words are a new file, and the old one says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete

from crm_sync.outbox import Write
from partners.job.letters import Letter
from partners.job.upkeep import delivered_file, writes_of
from partners.job.writeback import KEY_FIELD, file_of, relabelled, titled
from partners.store import outbox

__all__ = ["redrawn_files", "released_files"]


def released_files(
    connection: Connection, row: Mapping[str, Any], letter: Letter, by: str
) -> Iterator[Write]:
    """Yield what has the CRM show the final words of a letter, and who released it."""
    record, key = delivered_file(connection, letter.id), f"{letter.id}/released"
    told = titled(f"Released: {letter.subject}", f"Released by {by}. The program sends nothing.")
    if record and not row["edit"]:
        yield Write(key, "ContentVersion", "update", record, None, told)
        return
    _drop_waiting(connection, letter.id)
    if record:
        yield relabelled(letter.id, record, row["subject"], "edited before it was released")
    yield from _file(letter, key, told)


def redrawn_files(connection: Connection, letter: Letter, now: datetime) -> Iterator[Write]:
    """Yield what has the CRM show a letter that was drawn up again."""
    _drop_waiting(connection, letter.id)
    record = delivered_file(connection, letter.id)
    if record:
        why = "drawn up again from newer facts"
        yield relabelled(letter.id, record, letter.subject, why)
    yield from _file(letter, f"{letter.id}/{now:%Y%m%dT%H%M%S}" if record else letter.id, {})


def _file(letter: Letter, key: str, told: Mapping[str, object]) -> Iterator[Write]:
    file = file_of(letter)
    if file is not None:
        yield replace(file, key=key, fields={**file.fields, KEY_FIELD: key, **told})


def _drop_waiting(connection: Connection, letter_id: str) -> None:
    """Take back what has not been written to the CRM yet."""
    connection.execute(delete(outbox).where(writes_of(letter_id), outbox.c.state != "delivered"))
