"""The files of a mailing: the text, who gets it with which values, and who was left out and why.

They are for a program that sends mail. What comes from the CRM is made harmless for spreadsheets
and for pages.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection, select, text

from lifecycle.drafting import House, harmless, unsubscribe_headers
from partners.store import Store, draft

__all__ = ["LEFT_OUT", "left_out_row", "rows_to", "write_recipients", "write_text"]

LEFT_OUT = ("draft", "partner", "contact", "language", "status", "reason")
_WHO = ("draft", "partner", "contact", "email")
_HEADERS = ("List-Unsubscribe", "List-Unsubscribe-Post")
_AT_ONCE = 2_000


def write_text(shared: Mapping[str, Any], folder: Path) -> None:
    """Write the text, with a name where each letter has a value of its own. Raises OSError."""
    subject = f"Subject: {shared['subject']}\n\n"
    (folder / "letter.txt").write_text(subject + shared["text"], encoding="utf-8")
    (folder / "letter.html").write_text(shared["html"], encoding="utf-8")


def left_out_row(row: Mapping[str, Any], reason: str | None) -> list[str]:
    """Return what is told of a letter that does not go out, made harmless."""
    names = ("id", "partner_id", "contact_id", "language", "status")
    return [harmless(each) for each in (*(row[name] for name in names), reason)]


def write_recipients(
    store: Store, mailing: str, shared: Mapping[str, Any], house: House, folder: Path
) -> int:
    """Write who gets the text, with the values of each; return how many. Raises OSError."""
    columns = [*_WHO, *_HEADERS, *shared["names"]]
    with rows_to(folder / "recipients.csv", columns) as write, store.reading() as connection:
        for row in _released(connection, mailing):
            told = [row["id"], row["partner_id"], row["contact_id"], row["email"]]
            heads = unsubscribe_headers(row["audience"], row["kind"], house, row["id"])
            shown = [value for _name, value, _record in row["provenance"]]
            # The addresses to leave by are ours, and stay whole.
            left = [heads.get(name, "") for name in _HEADERS]
            write([*map(harmless, told), *left, *map(harmless, shown)])
    return write.rows


def _released(connection: Connection, mailing: str) -> Iterator[Mapping[str, Any]]:
    names = ("id", "partner_id", "contact_id", "audience", "kind", "provenance")
    query = select(*(draft.c[name] for name in names), text("contact.email AS email"))
    joined = draft.outerjoin(text("contact"), draft.c.contact_id == text("contact.id"))
    here = query.select_from(joined).where(draft.c.mailing_id == mailing).order_by(draft.c.id)
    streamed = connection.execution_options(yield_per=_AT_ONCE).execute(here)
    return (dict(row._mapping) for row in streamed)


@contextmanager
def rows_to(file: Path, columns: Sequence[str]) -> "Iterator[Writing]":
    """Yield what writes a row of a CSV file; the file is there only once it is whole.

    UTF-8 with a mark, so that spreadsheets read the names of people as they are.
    """
    making = file.with_name(f"{file.name}.part")
    with making.open("w", encoding="utf-8-sig", newline="") as stream:
        writing = Writing(stream)
        writing(columns)
        yield writing
    making.replace(file)


class Writing:
    """Writes rows to a CSV file."""

    def __init__(self, stream: TextIO) -> None:
        self.rows = -1  # the line with the names of columns does not count
        self._writer = csv.writer(stream)

    def __call__(self, row: Sequence[object]) -> None:
        """Write one row."""
        self._writer.writerow(row)
        self.rows += 1
