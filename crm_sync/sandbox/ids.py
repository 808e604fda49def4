"""Record ids: 15 characters that tell case apart, and 3 more that survive without case."""

import re

__all__ = ["DIGITS", "ID_LENGTHS", "full_id", "make_id"]

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID_LENGTHS = (15, 18)
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_CAPITALS = {ord(each): "1" if each.isupper() else "0" for each in DIGITS}
_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_INSTANCE = "Lc0"
_COUNTER_LENGTH = 9


def make_id(prefix: str, number: int) -> str:
    """Return the 18 characters of the nth record of a key prefix; ids sort as they were given."""
    counter = ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        counter = DIGITS[digit] + counter
    return _with_suffix(prefix + _INSTANCE + counter.rjust(_COUNTER_LENGTH, "0"))


def full_id(text: str) -> str | None:
    """Return the 18 characters of an id given with 15 or 18; None when it is no id."""
    if not _ID.fullmatch(text):
        return None
    full = _with_suffix(text[:15])
    return full if len(text) == 15 or full == text else None


def _with_suffix(short: str) -> str:
    """Add a character for each five, which says which of them are capitals, the first one last."""
    capitals = short[::-1].translate(_CAPITALS)
    return short + "".join(_SUFFIX[int(capitals[at : at + 5], 2)] for at in (10, 5, 0))
