"""Sweep everybody as the store has them, some at a time, without storing anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from lifecycle.deciding import Sweep, Sweeper
from lifecycle.facts import FRAMES, Frames
from lifecycle.rulebook import Rulebook
from partners.job.ahead import side_by_side
from partners.job.episodes import read_acted
from partners.store import Store, read_frames

__all__ = ["Look", "Population", "Slice"]

_AT_ONCE = 50_000
"""Partners per sweep: it takes as much memory for a million as for these."""


@dataclass(frozen=True)
class Slice:
    """Some partners, and the frames with their rows and with what they ask of others."""

    ids: pl.Series
    frames: Frames


@dataclass(frozen=True)
class Look:
    """A sweep of some partners, what its rules had acted on before, and where they stood."""

    sweep: Sweep
    acted: pl.DataFrame
    standing: pl.DataFrame


@dataclass(frozen=True)
class Population:
    """Everybody as the store had them, looked at on one day."""

    day: date
    frames: Frames
    acted: pl.DataFrame

    @classmethod
    def read(cls, store: Store, rulebook: Rulebook, day: date) -> "Population":
        """Read everybody, and what the rules that move `once_per` last acted on."""
        frames = read_frames(store, FRAMES)
        with store.reading() as connection:
            return cls(day, frames, read_acted(connection, rulebook))

    @property
    def size(self) -> int:
        """Return the number of partners."""
        return self.frames["partner"].height

    def looks(self, rulebook: Rulebook) -> Iterator[Look]:
        """Yield where everybody would come to rest, in the order of their ids."""
        sweeper = Sweeper(rulebook, self.day)

        def look(some: Slice) -> Look:
            seen = sweeper(some.frames, self.acted, some.ids)
            return Look(seen, self.acted, some.frames["standing"])

        return side_by_side(look, self.slices())

    def slices(self) -> Iterator[Slice]:
        """Yield everybody some at a time, in the order of their ids."""
        ids = self.frames["partner"]["id"].sort()
        others = self._asked_by_others()
        for start in range(0, len(ids), _AT_ONCE):
            some = ids.slice(start, _AT_ONCE)
            yield Slice(some, self._of(some, others))

    def _asked_by_others(self) -> Frames:
        """Return the rows that facts of other partners ask for: of parents, and gifts credited."""
        partner, gift = self.frames["partner"], self.frames["gift"]
        parents = partner["parent_id"].drop_nulls().implode()
        credited = self.frames["gift_credit"]["gift_id"].drop_nulls().implode()
        return {
            "partner": partner.filter(pl.col("id").is_in(parents)),
            **{
                name: self.frames[name].filter(pl.col("partner_id").is_in(parents))
                for name in ("diligence", "screening_hit")
            },
            "gift": gift.filter(pl.col("id").is_in(credited)),
        }

    def _of(self, ids: pl.Series, others: Frames) -> Frames:
        """Return the rows of partners that stand side by side, and what they ask of others."""
        first, last = pl.lit(ids[0]), pl.lit(ids[-1])
        frames = {}
        for name, frame in self.frames.items():
            whose = pl.col("id" if name == "partner" else "partner_id")
            here = whose.is_between(first, last)
            asked = [others[name].filter(~here)] if name in others else []
            frames[name] = pl.concat([frame.filter(here), *asked])
        return frames
