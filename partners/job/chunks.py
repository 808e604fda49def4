"""Work done some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

__all__ = ["in_chunks"]

Item = TypeVar("Item")


def in_chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items as lists of `size`, the last one maybe shorter."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some
