"""An invented population for the local org: every story, and many quiet partners."""

from collections.abc import Iterator
from datetime import date
from itertools import cycle
from random import Random

from partners.demo.cast import Cast
from partners.demo.matching import add_matching_gifts
from partners.demo.records import Record, Records
from partners.demo.stories import QUIET, STORIES, Story

__all__ = ["population"]


def population(today: date, *, seed: int = 2016, partners: int = 300) -> dict[str, list[Record]]:
    """Return invented records by object, for about `partners` partners as of `today`.

    Fields bear API names; `_id` names a record, `{"_ref": "Account:key"}` refers to one that
    stands earlier, and `{"_ref": "User:Geneva"}` to the user of that office. The same `today` and
    `seed` always give the same records.
    """
    random = Random(seed)  # noqa: S311 - invented people need no secrecy
    cast = Cast(Records(today, random), random)
    for story, _ in zip(_in_turn(), range(partners), strict=False):
        cast.play(story)
    add_matching_gifts(cast.records)
    return {name: rows for name, rows in cast.records.by_object.items() if rows}


def _in_turn() -> Iterator[Story]:
    """Every story, then all that are told again; then quiet ones for ever."""
    for turn in range(max(story.times for story in STORIES)):
        yield from (story for story in STORIES if story.times > turn)
    yield from cycle(QUIET)
