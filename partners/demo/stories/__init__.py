"""The stories of the demo: every situation a rule speaks of, and many where nothing happens."""

from partners.demo.stories.checks import CHECKS
from partners.demo.stories.donors import DONORS
from partners.demo.stories.doubts import DOUBTS
from partners.demo.stories.endings import ENDINGS
from partners.demo.stories.prospects import PROSPECTS
from partners.demo.stories.running import RUNNING
from partners.demo.stories.signing import SIGNING
from partners.demo.stories.story import Story

__all__ = ["QUIET", "STORIES", "Story"]

STORIES: tuple[Story, ...] = (
    *PROSPECTS,
    *CHECKS,
    *SIGNING,
    *DOUBTS,
    *RUNNING,
    *DONORS,
    *ENDINGS,
)

_QUIET = ("thanked", "steady", "thanked", "regular", "thanked", "parted", "thanked", "in_progress")
QUIET = tuple(next(story for story in STORIES if story.name == name) for name in _QUIET)
"""Stories in which nothing happens, to fill up a population."""
