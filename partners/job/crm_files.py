"""The file of a draft on the partner's record in the CRM, as the draft goes its way.

A file once written keeps its words: other words are a new version of it, which the CRM shows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select

from crm_sync.outbox import Write
from partners.job.letters import Letter
from partners.job.versions import REPLACES
from partners.job.writeback import KEY_FIELD, file_of, relabelled, titled
from partners.store import outbox

__all__ = ["redrawn_file", "released_files", "returned_file", "withdrawn_file"]


_TOLD = ("id", "key", "operation", "state", "crm_id")
Released = Sequence[tuple[Mapping[str, Any], Letter]]
"""Rows of letters, and the letters with their final words."""


def released_files(connection: Connection, released: Released, by: str) -> Iterator[Write]:
    """Yield what has the CRM show the final words of letters, and who released them."""
    records = _records(connection, released)
    for row, letter in released:
        record, key = records.get(letter.id), f"{letter.id}/released"
        told = titled(
            f"Released: {letter.subject}", f"Released by {by}. The program sends nothing."
        )
        if record and not row["edit"]:
            yield Write(key, "ContentVersion", "update", record, None, told)
        else:
            yield from _file(letter, key, record, told)


def _records(connection: Connection, released: Released) -> dict[str, str]:
    """Return the CRM's records of letters' files, the latest of each; drop what has yet to go."""
    ids = {letter.id for _row, letter in released}
    theirs = outbox.c.partner_id.in_({row["partner_id"] for row, _letter in released})
    query = select(*(outbox.c[name] for name in _TOLD)).where(
        outbox.c.key.in_(ids) | (theirs & (outbox.c.object == "ContentVersion"))
    )
    about = [row for row in connection.execute(query) if row.key.partition("/")[0] in ids]
    waiting = [row.id for row in about if row.state != "delivered"]
    connection.execute(delete(outbox).where(outbox.c.id.in_(waiting)))
    made = [row for row in about if row.state == "delivered" and row.operation == "create"]
    return {row.key.partition("/")[0]: row.crm_id for row in sorted(made, key=lambda row: row.id)}


def redrawn_file(connection: Connection, letter: Letter, now: datetime) -> Iterator[Write]:
    """Yield what has the CRM show a letter that was drawn up again, with other words."""
    _take_back(connection, letter.id)
    record = _delivered(connection, letter.id)
    key = f"{letter.id}/{now:%Y%m%dT%H%M%S}" if record else letter.id
    yield from _file(letter, key, record, {})


def withdrawn_file(
    connection: Connection, row: Mapping[str, Any], reason: str | None
) -> Iterator[Write]:
    """Yield what has the CRM say that a letter was withdrawn, and why."""
    _take_back(connection, row["id"])
    record = _delivered(connection, row["id"])
    if record:
        yield relabelled(row["id"], record, row["subject"], reason)


def returned_file(
    connection: Connection, row: Mapping[str, Any], letter: Letter
) -> Iterator[Write]:
    """Yield what has the CRM show again, as they were, the words of a letter withdrawn before."""
    record = _delivered(connection, row["id"])
    if record:
        yield relabelled(row["id"], record, row["subject"], None)
    else:
        yield from _file(letter, letter.id, None, {})


def _take_back(connection: Connection, letter_id: str) -> None:
    """Drop what has not been written to the CRM yet about a letter: it need not be at all."""
    waits = _writes_of(connection, letter_id) & (outbox.c.state != "delivered")
    connection.execute(delete(outbox).where(waits))


def _file(
    letter: Letter, key: str, replaces: str | None, told: Mapping[str, object]
) -> Iterator[Write]:
    file = file_of(letter)
    if file is not None:
        older = {REPLACES: replaces} if replaces else {}
        yield replace(file, key=key, fields={**file.fields, KEY_FIELD: key, **older, **told})


def _writes_of(connection: Connection, letter_id: str) -> ColumnElement[bool]:
    """Return the condition for everything in the outbox that is about a letter's files."""
    if connection.dialect.name == "sqlite":
        # Its LIKE asks for no case, and so goes through the whole table.
        return (outbox.c.key == letter_id) | outbox.c.key.op("GLOB")(f"{letter_id}/*")
    return (outbox.c.key == letter_id) | outbox.c.key.startswith(f"{letter_id}/")


def _delivered(connection: Connection, letter_id: str) -> str | None:
    """Return the CRM's record of a letter's file, once it has one; the latest of several."""
    made = _writes_of(connection, letter_id) & (outbox.c.operation == "create")
    arrived = made & (outbox.c.state == "delivered")
    latest = select(outbox.c.crm_id).where(arrived).order_by(outbox.c.id.desc()).limit(1)
    return connection.execute(latest).scalar()
