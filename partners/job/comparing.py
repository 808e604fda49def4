"""Two rulebooks over the whole mirror: who would be decided differently."""

from datetime import datetime

from lifecycle.authoring import Compared, Comparing, Differences
from lifecycle.rulebook import Rulebook
from partners.job.ahead import side_by_side
from partners.job.episodes import read_acted
from partners.job.looking import Population, Slice
from partners.store import Store

__all__ = ["compare_rulebooks"]


def compare_rulebooks(store: Store, old: Rulebook, new: Rulebook, now: datetime) -> Differences:
    """Decide everybody in the mirror by both rulebooks, storing nothing."""
    everybody = Population.read(store, old, now.date())
    with store.reading() as connection:
        acted = (everybody.acted, read_acted(connection, new))
    comparing = Comparing(old, new, acted, now.date())

    def compared(some: Slice) -> Compared:
        return comparing(some.frames, some.ids)

    return comparing.sum_up(side_by_side(compared, everybody.slices()))
