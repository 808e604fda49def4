"""Record ids: 15 characters that tell case apart, and 3 more that survive without case."""

import re
from functools import lru_cache

__all__ = ["DIGITS", "ID_LENGTHS", "full_id", "make_id"]

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID_LENGTHS = (15, 18)
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_INSTANCE = "Lc0"
_COUNTER_LENGTH = 9


def make_id(prefix: str, number: int) -> str:
    """Return the 18 characters of the nth record of a key prefix; ids sort as they were given."""
    counter = ""
    for _ in range(_COUNTER_LENGTH):
        number, digit = divmod(number, len(DIGITS))
        counter = DIGITS[digit] + counter
    return _with_suffix(prefix + _INSTANCE + counter)


def full_id(text: str) -> str | None:
    """Return the 18 characters of an id given with 15 or 18; None when it is no id."""
    if not _ID.fullmatch(text):
        return None
    full = _with_suffix(text[:15])
    return full if len(text) == 15 or full == text else None


def _with_suffix(short: str) -> str:
    return short + "".join(_check(short[start : start + 5]) for start in (0, 5, 10))


@lru_cache(maxsize=65_536)
def _check(five: str) -> str:
    return _SUFFIX[sum(1 << bit for bit, char in enumerate(five) if char.isupper())]
