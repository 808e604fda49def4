"""A clock that stands still, and progress that nobody sees."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime

NOW = datetime.now(UTC)


def quiet(_what: str) -> "nullcontext[Callable[..., None]]":
    """Show no progress."""
    return nullcontext(lambda *_: None)
