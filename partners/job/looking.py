"""Sweep everybody as the store has them, without storing anything."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from lifecycle.deciding import Sweep, sweep
from lifecycle.facts import FRAMES
from lifecycle.rulebook import Rulebook
from partners.job.episodes import read_acted
from partners.store import Store, read_frame

__all__ = ["Look", "look"]


@dataclass(frozen=True)
class Look:
    """A sweep, and what its rules had acted on before."""

    sweep: Sweep
    acted: pl.DataFrame


def look(store: Store, rulebook: Rulebook, now: datetime) -> Look:
    """Return where everybody would come to rest now."""
    frames = {name: read_frame(store, name) for name in FRAMES}
    with store.reading() as connection:
        acted = read_acted(connection, rulebook)
    return Look(sweep(rulebook, frames, acted, now.date()), acted)
