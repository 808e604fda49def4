"""Which writes are under way, and since when: what makes a watermark safe."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

__all__ = ["Moments"]


class Moments:
    """The times at which the writes that have not ended began, one for each thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[int, datetime] = {}

    @contextmanager
    def open(self, clock: Callable[[], datetime]) -> Iterator[datetime]:
        """Begin a write of this thread and give its time; within another one it is that one's."""
        thread = threading.get_ident()
        with self._lock:
            outer = self._begun.get(thread)
            moment = self._begun.setdefault(thread, clock())
        try:
            yield moment
        finally:
            if outer is None:
                with self._lock:
                    del self._begun[thread]

    def settled(self, clock: Callable[[], datetime]) -> datetime:
        """Return the time before which nothing will become visible any more."""
        with self._lock:
            return min([clock(), *self._begun.values()])
