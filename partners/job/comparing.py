"""Two rulebooks over the whole mirror: who would be decided differently."""

from datetime import datetime

from lifecycle.authoring import Differences, compare
from lifecycle.facts import FRAMES
from lifecycle.rulebook import Rulebook
from partners.job.episodes import read_acted
from partners.store import Store, read_frame

__all__ = ["compare_rulebooks"]


def compare_rulebooks(store: Store, old: Rulebook, new: Rulebook, now: datetime) -> Differences:
    """Decide everybody in the mirror by both rulebooks, storing nothing."""
    frames = {name: read_frame(store, name) for name in FRAMES}
    with store.reading() as connection:
        acted = (read_acted(connection, old), read_acted(connection, new))
    return compare(old, new, frames, acted, now.date())
