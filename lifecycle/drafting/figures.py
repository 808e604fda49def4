"""Figures in a text: runs of digits, as people read them, in whatever digits they are written."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

__all__ = ["FIGURE", "figures", "unsupported", "without_numbering"]

# 1,250.50, 1 250, 2026-11-02 and 10:30 are one figure each; &#123; is none.
FIGURE = re.compile(r"(?<!#)\d(?:[\d.,:/\u00a0\u202f'’-]*\d)?")
_NUMBERED = re.compile(r"^[ \t]*\d+\. ", re.MULTILINE)


def without_numbering(text: str) -> str:
    """Return a text with the numbers of its lists blanked, everything else in its place."""
    return _NUMBERED.sub(lambda number: " " * len(number[0]), text)


def figures(text: str) -> Iterator[str]:
    """Yield the figures of a text in Latin digits; the numbers of a list are none."""
    for match in FIGURE.finditer(without_numbering(text)):
        yield "".join(str(unicodedata.digit(c, c)) for c in match[0])


def unsupported(text: str, sources: Iterable[str]) -> list[str]:
    """Return the figures of a text that stand in none of the sources, in order."""
    known = {each for source in sources for each in figures(source)}
    return [each for each in figures(text) if each not in known]
