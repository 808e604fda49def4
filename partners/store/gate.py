"""Keeps two SQLite libraries in one process apart on one file.

Python brings one SQLite, ADBC another. A file lock belongs to the process: when either library
closes the file, the system drops the locks of both, and another process may write into the middle
of our transaction. So a file is open in one of the two at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock

__all__ = ["Gate", "gate_for"]


class Gate:
    """Counts Python's connections to one file, and the readings of ADBC."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._connections = 0
        self._readings = 0

    def enter(self) -> None:
        """Wait until no ADBC reading runs, then count one more connection of Python's."""
        with self._changed:
            self._changed.wait_for(lambda: self._readings == 0)
            self._connections += 1

    def leave(self) -> None:
        """Count one connection of Python's less."""
        with self._changed:
            self._connections -= 1

    @contextmanager
    def reading(self) -> Iterator[bool]:
        """Give whether ADBC may open the file now; while it may, `enter` waits."""
        with self._changed:
            free = self._connections == 0
            self._readings += free
        try:
            yield free
        finally:
            with self._changed:
                self._readings -= free
                self._changed.notify_all()


_GATES: dict[str, Gate] = {}
_GATES_LOCK = Lock()


def gate_for(path: str) -> Gate:
    """Return the gate of a file, the same one for every store opened on it."""
    with _GATES_LOCK:
        return _GATES.setdefault(path, Gate())
