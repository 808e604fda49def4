"""What is wrong with rules as they are written: all of it, gathered while they are read."""

from collections.abc import Callable
from typing import TypeVar

from lifecycle.rulebook.unread import Unread
from partner_lifecycle.errors import Problem, Problems

__all__ = ["Mistakes", "RulebookError"]

Loaded = TypeVar("Loaded")


class RulebookError(Problems):
    """The rules cannot be used as they are written; every mistake is listed with its place."""


class Mistakes(list[Problem]):
    """The mistakes found so far in one reading, and what could not be read because of them."""

    def __init__(self) -> None:
        super().__init__()
        self.unread = Unread()

    def attempt(self, load: Callable[[], Loaded]) -> Loaded | None:
        """Return what is loaded; None when it cannot be, which is a mistake more."""
        try:
            return load()
        except Problems as error:
            self += error.problems
            return None

    def refuse(self, what: str) -> None:
        """Raise RulebookError when there are mistakes; `what` is what has them."""
        if self:
            count = len(self)
            raise RulebookError(f"{what} have {count} mistake{'s'[: count > 1]}", self)
