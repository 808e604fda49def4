"""One root exception. A message always says what is wrong, where, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

__all__ = ["PartnerLifecycleError", "Problem", "Problems", "SettingsError"]


class PartnerLifecycleError(Exception):
    """Something went wrong that a person can put right.

    `what` is one sentence, `where` a file, line, record or address, `remedy` what to do about it.
    `exit_code` is what the command line ends with: 2 misuse or broken settings, 3 CRM or store
    out of reach.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        """Return the message as a person reads it, a line for each part that is known."""
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.remedy:
            lines.append(f"  what to do: {self.remedy}")
        return "\n".join(lines)


class SettingsError(PartnerLifecycleError):
    """The settings cannot be used: a file, a variable or a value in them is wrong or missing."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a file that a person wrote: `file:line:column`, what, and what to write."""

    file: str
    line: int
    column: int
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        """Return `file:line:column: what`, and the remedy on a line of its own."""
        place = f"{self.file}:{self.line}:{self.column}: {self.what}"
        return f"{place}\n    {self.remedy}" if self.remedy else place


class Problems(PartnerLifecycleError):
    """Several mistakes found in one reading, all of them, in the order of the files."""

    def __init__(self, what: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__(what)

    def __str__(self) -> str:
        """Return the headline and every problem."""
        return "\n".join([self.what, *(str(problem) for problem in self.problems)])
