"""Work done ahead, two pieces at a time, while the caller uses what is ready."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["side_by_side"]

_SIDE_BY_SIDE = 2
"""Polars works outside Python's lock, and a slice of a population keeps one core busy."""
Piece = TypeVar("Piece")
Done = TypeVar("Done")


def side_by_side(work: Callable[[Piece], Done], pieces: Iterable[Piece]) -> Iterator[Done]:
    """Yield `work` of each piece in order; as many are at work as the caller has not yet taken.

    What `work` raises is raised here. A caller that stops early waits for the pieces at work.
    """
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        ahead: deque[Future[Done]] = deque()
        for piece in pieces:
            ahead.append(pool.submit(work, piece))
            if len(ahead) > _SIDE_BY_SIDE:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
