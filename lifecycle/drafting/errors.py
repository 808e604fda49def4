"""What can go wrong between a template and a draft."""

from collections.abc import Sequence

from partner_lifecycle.errors import PartnerLifecycleError, Problem, Problems

__all__ = ["DraftRefused", "Mistake", "TemplateProblems", "UnknownTemplate"]


class TemplateProblems(Problems):
    """Templates that cannot be used: every mistake in the folder, with file, line and column."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        count = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        super().__init__(f"The letter templates have {count}.", problems)


class UnknownTemplate(PartnerLifecycleError):
    """Nobody has written a letter for this purpose."""


class DraftRefused(PartnerLifecycleError):
    """No draft: the letter needs something the record does not hold, or cannot say it rightly.

    `reason` is one sentence for staff, `field` the dotted name of what is missing or wrong.
    """

    def __init__(self, reason: str, field: str) -> None:
        self.reason = reason
        self.field = field
        super().__init__(reason, where=field, remedy="Complete the record, then draft again.")


class Mistake(Exception):
    """A mistake inside one tag; `at` is the piece of the tag to point to. Never leaves loading."""

    def __init__(self, what: str, remedy: str = "", *, at: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.at = at
