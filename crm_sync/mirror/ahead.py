"""The next item is worked out in a thread while the caller is busy with the one before."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["ahead"]

T = TypeVar("T")


def ahead(items: Iterator[T], drop: Callable[[T], None]) -> Iterator[T]:
    """Return the items, one of them always under way. `drop`: for one that nobody takes."""
    with ThreadPoolExecutor(1) as worker:
        following = worker.submit(next, items, None)
        try:
            while (item := following.result()) is not None:
                following = worker.submit(next, items, None)
                yield item
        except GeneratorExit:
            if following.exception() is None and (left := following.result()) is not None:
                drop(left)
            raise
