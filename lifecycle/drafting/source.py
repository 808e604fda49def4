"""Text from a file that a person wrote, which knows where in the file it stands."""

from dataclasses import dataclass

from lifecycle.drafting.errors import Mistake
from partner_lifecycle.errors import Problem

__all__ = ["Source"]


@dataclass(frozen=True)
class Source:
    """A stretch of a file; `line` and `column` (from 1) say where it begins."""

    file: str
    text: str
    line: int = 1
    column: int = 1

    def problem(self, offset: int, what: str, remedy: str = "") -> Problem:
        """Return a Problem at an offset (characters) into this text."""
        before = self.text[:offset]
        row = before.count("\n")
        column = offset - (before.rfind("\n") + 1) + 1
        return Problem(
            self.file, self.line + row, column + (self.column - 1 if row == 0 else 0), what, remedy
        )

    def mistake(self, offset: int, length: int, mistake: Mistake) -> Problem:
        """Return the Problem of a Mistake inside the `length` characters that begin at `offset`."""
        inside = self.text[offset : offset + length].find(mistake.at) if mistake.at else 0
        return self.problem(offset + max(inside, 0), mistake.what, mistake.remedy)
