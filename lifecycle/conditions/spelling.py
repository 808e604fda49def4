"""From the text of a condition to Python's own tree of it, or what is wrong with the text."""

import ast
import re

__all__ = ["Mistake", "column_of", "spelt"]

_LONGEST = 10_000
_DEEPEST = 60
_QUOTED = re.compile(r"""'[^'\n]*'|"[^"\n]*\"""")
_WORD = r"\b(?:and|or|not|in|is)\b|[-+*<>=!]+"
_UNFINISHED = re.compile(rf"({_WORD})\s*$")
_HABITS = (
    (re.compile(r"(?<![=!<>:])=(?!=)"), "write == to compare"),
    (re.compile("&&?"), "write `and`"),
    (re.compile(r"\|\|?"), "write `or`"),
    (re.compile("!(?!=)"), "write `not`"),
    (re.compile("<>"), "write !="),
    (re.compile("[“”„‘’«»]"), 'write straight quotes: "text"'),
    (re.compile(r"\b(?:AND|OR|NOT|IN|IS)\b"), "write and, or, not, in, is in small letters"),
)
"""What people write who know another language, and what it is called here."""


class Mistake(Exception):
    """A mistake in a condition, at `line` (from 1) and `column` (from 1) of its text.

    `about` is the name that is asked for and is not there, if that is the mistake.
    """

    def __init__(self, what: str, remedy: str, line: int, column: int, about: str = "") -> None:
        super().__init__(what)
        self.what, self.remedy, self.line, self.column = what, remedy, line, column
        self.about = about


def spelt(text: str) -> ast.expr:
    """Return Python's tree of one expression; raise Mistake where the text is none."""
    if len(text) > _LONGEST:
        raise Mistake(f"longer than {_LONGEST} characters", "split it into several rules", 1, 1)
    if not text.strip():
        raise Mistake("nothing is asked", "write a condition: gift.count > 0", 1, 1)
    try:
        # Brackets let the expression run over several lines, as YAML's `|` leaves them.
        parsed = ast.parse(f"({text}\n)", mode="eval").body
    except SyntaxError as error:
        raise _misspelt(text, error) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Mistake(f"this cannot be read: {error}", "", 1, 1) from error
    _refuse_depth(parsed)
    return parsed


def column_of(line: int, column: int) -> int:
    """Return the column of the text for one that Python counted with our bracket before it."""
    return max(1, column - 1) if line == 1 else column


def _misspelt(text: str, error: SyntaxError) -> Mistake:
    line, column = error.lineno or 1, error.offset or 1
    place = (line, column_of(line, column))
    if "integer string conversion" in error.msg:
        digits = re.search(r"\d{1000,}", text)
        place = _place(text, digits.start()) if digits else place
        return Mistake("the number is larger than 2^53", "write a smaller one", *place)
    bare = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
    for habit, remedy in _HABITS:
        if found := habit.search(bare):
            return Mistake(
                f"{found[0]} does not belong in a condition", remedy, *_place(bare, found.start())
            )
    if found := _UNFINISHED.search(bare):
        what, remedy = f"something is missing after {found[1]}", "write it, or leave this out"
        return Mistake(what, remedy, *_place(bare, found.start()))
    what = f"this is not an expression: {error.msg.partition('. ')[0]}"
    return Mistake(what, "see the table of what may be written in docs/rules.md", *place)


def _place(text: str, at: int) -> tuple[int, int]:
    """Return the line and column of a place in a text."""
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1


def _refuse_depth(tree: ast.expr) -> None:
    level: list[ast.AST] = [tree]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise Mistake(f"nested deeper than {_DEEPEST} levels", "split it into several rules", 1, 1)
