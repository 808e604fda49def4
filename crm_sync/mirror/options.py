"""How a sync is to go: when walks are due, which way to read, how late a transaction may end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_sync.mirror.kinds import instant_text
from crm_sync.mirror.ways import Way

__all__ = ["Options", "Progress"]

# Called with the object's name, the rows read so far, and how many there are to read.
Progress = Callable[[str, int, int], None]


def _silent(_: str, __: int, ___: int) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Options:
    """`now`: the instant of the run, by our clock: only for what is due and when it was done.

    `full` reads everything again, `since` (an instant of the org's) everything that changed from
    then on. A walk over all Ids is due every `compare_every`, one that reads calculated fields too
    every `refresh_every`. `way`: None chooses. `late`: how long a transaction in the org may last;
    it counts for objects of which the org does not say up to when it has told everything.
    """

    now: datetime
    full: bool = False
    since: datetime | None = None
    compare_every: timedelta = timedelta(days=7)
    refresh_every: timedelta = timedelta(days=1)
    way: Way | None = None
    late: timedelta = timedelta(minutes=10)
    progress: Progress = _silent

    @property
    def now_text(self) -> str:
        """Return `now` as the database keeps it."""
        return instant_text(self.now)

    def is_due(self, done_at: str | None, every: timedelta) -> bool:
        """Tell whether something last done then is to be done again."""
        return done_at is None or self.now - datetime.fromisoformat(done_at) >= every
