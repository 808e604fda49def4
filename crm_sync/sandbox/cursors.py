"""Query results that a client reads page by page, each page as often as it likes.

A cursor sees the org as it was when the query began. Records become JSON only when a page asks for
them, and stay in a spool, so a page that got lost on the way can be asked for again.
"""

import json
import secrets
import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Any

from crm_sync.sandbox.errors import OrgError

__all__ = ["Cursor", "Cursors"]

_IN_MEMORY = 4 * 2**20
_OPEN_PER_SESSION = 10


class Cursor:
    """One query's records. `release` is called once, when no more will be read from the org."""

    def __init__(
        self, total_size: int, records: Iterable[dict[str, Any]], release: Callable[[], None]
    ) -> None:
        self.total_size = total_size
        self._records: Iterator[dict[str, Any]] | None = iter(records)
        self._release = release
        self._lock = threading.Lock()
        self._spool = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - see close
        self._ends = array("Q", [0])

    def page(self, start: int, size: int) -> tuple[bytes, int, bool]:
        """Return records as JSON joined by commas, where they end, and whether that is the end."""
        with self._lock:
            self._read_to(start + size)
            count = len(self._ends) - 1
            end = min(start + size, count)
            self._spool.seek(self._ends[min(start, count)])
            text = self._spool.read(self._ends[end] - self._ends[min(start, count)])
            # One record is read ahead: only so it is known whether a page is the last.
            return text.removeprefix(b","), end, end == count and self._records is None

    def close(self) -> None:
        """Let go of the org and of the spool."""
        with self._lock:
            self._finish()
            self._spool.close()

    def _read_to(self, wanted: int) -> None:
        self._spool.seek(self._ends[-1])
        while self._records is not None and len(self._ends) - 1 <= wanted:
            try:
                record = next(self._records)
            except StopIteration:
                self._finish()
                return
            text = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
            self._spool.write(text if len(self._ends) == 1 else b"," + text)
            self._ends.append(self._spool.tell())

    def _finish(self) -> None:
        if self._records is None:
            return
        # An unfinished statement would keep what the connection sees as it was.
        close = getattr(self._records, "close", None)
        if close is not None:
            close()
        self._records = None
        self._release()


class Cursors:
    """The cursors that sessions hold open, by locator; a session's eleventh closes its first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[str, tuple[str, Cursor]] = OrderedDict()

    def keep(self, token: str, cursor: Cursor) -> str:
        """Keep a cursor for a session and return its locator."""
        locator = f"01g{secrets.token_hex(8)[:15]}"
        with self._lock:
            self._open[locator] = (token, cursor)
            own = [name for name, (owner, _) in self._open.items() if owner == token]
            surplus = [self._open.pop(name)[1] for name in own[:-_OPEN_PER_SESSION]]
        for each in surplus:
            each.close()
        return locator

    def find(self, token: str, locator: str) -> Cursor:
        """Return a session's cursor; raises OrgError INVALID_QUERY_LOCATOR."""
        owner, cursor = self._open.get(locator, ("", None))
        if cursor is None or owner != token:
            raise OrgError("INVALID_QUERY_LOCATOR", "invalid query locator")
        return cursor

    def close(self) -> None:
        """Close every cursor."""
        with self._lock:
            cursors = [cursor for _, cursor in self._open.values()]
            self._open.clear()
        for each in cursors:
            each.close()
