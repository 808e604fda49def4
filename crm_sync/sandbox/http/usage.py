"""How many calls were made of those that a day allows, as Sforce-Limit-Info tells clients."""

import threading

__all__ = ["Usage"]


class Usage:
    """Counts calls; safe to use from several threads."""

    def __init__(self, daily: int) -> None:
        self.daily = daily
        self.used = 0
        self._lock = threading.Lock()

    def count(self) -> bool:
        """Count one call; False when the day's calls are used up."""
        with self._lock:
            if self.used >= self.daily:
                return False
            self.used += 1
            return True

    def leave(self, calls: int) -> None:
        """Let so many calls be left of the day's, as when other programs made the rest."""
        with self._lock:
            self.used = max(self.daily - calls, 0)

    @property
    def header(self) -> dict[str, str]:
        """Return the header that goes with every answer."""
        return {"Sforce-Limit-Info": f"api-usage={self.used}/{self.daily}"}
