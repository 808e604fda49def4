"""Letters to look at again although nothing was decided anew: what they rest on has changed.

A sweep tells whose outcome changed. A name, an amount or the person to write to may change without.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import Connection, or_, select

from lifecycle.conditions import Value
from lifecycle.deciding import Sweep
from partners.job.chunks import in_chunks
from partners.job.ground import as_it_is_called
from partners.job.letters import Letters
from partners.job.staleness import is_moved
from partners.job.upkeep import OPEN
from partners.store import draft, partner_alias, read_aliases

__all__ = ["outdated"]

_AT_ONCE = 2_000
_ALWAYS = ("refused", "stale")
_READ = (
    "partner_id",
    "rule_id",
    "occasion",
    "status",
    "purpose",
    "audience",
    "language",
    "sources",
    "edit",
)
_Row = Mapping[str, Any]


def outdated(
    connection: Connection, letters: Letters, seen: Sweep, decided: Collection[str]
) -> set[str]:
    """Return the partners of a sweep with a letter to look at again; `decided` are looked after.

    It lacks something, it is stale, or it rests on what is no longer so.
    """
    found: set[str] = set()
    for rows in in_chunks(_waiting(connection, letters, seen, decided), _AT_ONCE):
        today = _Today(seen, letters, rows)
        found |= {
            row["partner_id"]
            for row in rows
            if row["status"] in _ALWAYS or is_moved(row, today.facts(row), letters)
        }
    return found


def _waiting(
    connection: Connection, letters: Letters, seen: Sweep, decided: Collection[str]
) -> Iterator[_Row]:
    """Yield what is asked of the letters that wait, under their partners' present ids."""
    ids, aliases = seen.outcome["partner.id"], read_aliases(connection)
    here = set(ids) - set(decided)
    if not here:
        return
    merged = draft.c.partner_id.in_(select(partner_alias.c.old_id))
    query = select(*(draft.c[name] for name in _READ)).where(
        draft.c.status.in_((*OPEN, "refused")),
        or_(draft.c.partner_id.between(ids.min(), ids.max()), merged),
    )
    streamed = connection.execution_options(yield_per=_AT_ONCE).execute(query)
    for each in streamed:
        row = as_it_is_called(dict(each._mapping), letters.rulebook, aliases)
        if row["partner_id"] in here:
            yield row


class _Today:
    """What is known today of some letters' partners, and of the rows that the letters are about."""

    def __init__(self, seen: Sweep, letters: Letters, letters_rows: Sequence[_Row]) -> None:
        self._rules = letters.rulebook.by_id
        asked = {name for row in letters_rows for name in row["sources"] or ()}
        partners = {row["partner_id"] for row in letters_rows}
        self._partners = _by_id(seen.matrix, "partner.id", partners, asked)
        subjects = {_row_id(row) for row in letters_rows}
        self._rows = {
            kind: _by_id(frame, "row.id", subjects, asked) for kind, frame in seen.rows.items()
        }

    def facts(self, row: _Row) -> dict[str, Value]:
        """Return the facts of a letter's partner, with those of the row it is about."""
        rule = self._rules.get(row["rule_id"])
        facts = self._partners[row["partner_id"]]
        if rule is None or rule.for_each is None:
            return facts
        return {**facts, **self._rows.get(rule.for_each, {}).get(_row_id(row), {})}


def _row_id(row: _Row) -> str:
    """Return the row that a letter is about; a person's stands behind the partner's id."""
    return str(row["occasion"].get("subject")).rpartition("/")[2]


def _by_id(
    frame: pl.DataFrame, key: str, ids: Collection[str], asked: Collection[str]
) -> dict[str, dict[str, Value]]:
    names = [name for name in frame.columns if name in asked or name == key]
    rows = frame.select(names).filter(pl.col(key).is_in(list(ids))).iter_rows(named=True)
    return {row[key]: row for row in rows}
