"""A name that is not there, and the one that was perhaps meant."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches

__all__ = ["did_you_mean", "nearest"]


def nearest(wrong: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like a wrong one, in capitals or not; None if none is."""
    names = {name.casefold(): name for name in sorted(known)}
    close = get_close_matches(wrong.casefold(), names, n=1)
    return names[close[0]] if close else None


def did_you_mean(
    wrong: str, known: Iterable[str], otherwise: str = "", *, shown: Callable[[str], str] = str
) -> str:
    """Return `did you mean x?`, with the name as it is `shown`; `otherwise` if none is like it."""
    close = nearest(wrong, known)
    return otherwise if close is None else f"did you mean {shown(close)}?"
