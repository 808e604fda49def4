"""Python's search for circles of objects, put off while there are none to find."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collector_paused"]


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector for a block that makes very many objects, none in circles.

    A decision is a tree and goes as soon as nobody holds it; searching the thousands that are held
    for circles, again and again, took a third of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
