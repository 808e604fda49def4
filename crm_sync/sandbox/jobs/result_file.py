"""The lines of a result on disk, any run of which can be sent as often as a client asks for it."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, Self

__all__ = ["Page", "ResultFile"]

_BYTES_AT_ONCE = 2**18
_PLACE = array("Q").itemsize


@dataclass(frozen=True)
class Page:
    """A run of lines: how many, of how many bytes, and their bytes in pieces."""

    count: int
    size: int
    pieces: Iterator[bytes]


class ResultFile:
    """Lines that one writer adds in a `with`, and where each of them ends.

    Both are in files, so that memory does not grow with the result and a restart loses nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ends_path = path.with_suffix(".ends")

    def __enter__(self) -> Self:
        """Begin an empty file."""
        self._lines: BinaryIO = self._path.open("wb")
        self._ends: BinaryIO = self._ends_path.open("wb")
        self._end = 0
        return self

    def __exit__(self, *_: object) -> None:
        """End the file."""
        self._lines.close()
        self._ends.close()

    def add(self, lines: Sequence[bytes]) -> None:
        """Add lines."""
        ends = array("Q", accumulate(map(len, lines), initial=self._end))
        self._lines.write(b"".join(lines))
        self._ends.write(ends[1:].tobytes())
        self._end = ends[-1]

    def page(self, start: int, count: int) -> Page:
        """Return at most `count` lines from the line `start` on, counted from 0."""
        total = self.count()
        start, end = min(start, total), min(start + count, total)
        first, last = self._place(start), self._place(end)
        return Page(end - start, last - first, self._pieces(first, last))

    def count(self) -> int:
        """Return the number of lines."""
        return self._ends_path.stat().st_size // _PLACE if self._ends_path.exists() else 0

    def _place(self, line: int) -> int:
        """Return the byte at which a line begins."""
        if line == 0:
            return 0
        with self._ends_path.open("rb") as ends:
            ends.seek((line - 1) * _PLACE)
            return array("Q", ends.read(_PLACE))[0]

    def _pieces(self, first: int, last: int) -> Iterator[bytes]:
        if first == last:
            return
        with self._path.open("rb") as lines:
            lines.seek(first)
            while first < last and (piece := lines.read(min(_BYTES_AT_ONCE, last - first))):
                first += len(piece)
                yield piece
