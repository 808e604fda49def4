"""Numbers that are given once: record ids and auto numbers."""

import re
import sqlite3

from crm_sync.sandbox.ids import make_id

__all__ = ["Sequences"]

_PLACES = re.compile(r"\{(0+)\}")


class Sequences:
    """The last number given under each name; `save` stores what changed in the transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._last: dict[str, int] = dict(connection.execute('SELECT name, last FROM "_sequence"'))
        self._changed: set[str] = set()

    def next_id(self, prefix: str) -> str:
        """Return a new record id of a key prefix."""
        return make_id(prefix, self._next(prefix))

    def next_auto(self, name: str, pattern: str) -> str:
        """Return the next auto number, e.g. DD-0001 for the pattern DD-{0000}."""
        number = self._next(name)
        return _PLACES.sub(lambda match: str(number).zfill(len(match[1])), pattern)

    def reserve(self, prefix: str, count: int) -> int:
        """Take the numbers of so many records of a key prefix, and return the first of them."""
        first = self._last.get(prefix, 0) + 1
        self._last[prefix] = first + count - 1
        self._changed.add(prefix)
        return first

    def save(self, connection: sqlite3.Connection) -> None:
        """Store the numbers that were given since the last time."""
        rows = [(name, self._last[name]) for name in sorted(self._changed)]
        connection.executemany('INSERT OR REPLACE INTO "_sequence" VALUES (?, ?)', rows)
        self._changed.clear()

    def _next(self, name: str) -> int:
        self._last[name] = self._last.get(name, 0) + 1
        self._changed.add(name)
        return self._last[name]
