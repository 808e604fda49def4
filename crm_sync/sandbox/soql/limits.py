"""LIMIT and OFFSET: the rows of a statement that are wanted."""

from dataclasses import dataclass

from crm_sync.sandbox.soql.errors import BIND_REFUSED, SoqlError, refuse
from crm_sync.sandbox.soql.tree import Kind, Literal, Query

__all__ = ["Window", "window"]

_MOST_SKIPPED = 2000
_MOST = 2**31 - 1


@dataclass(frozen=True)
class Window:
    """How many rows to skip and how many to give at most (-1: all)."""

    skip: int = 0
    most: int = -1


def window(text: str, query: Query, sobject: str) -> Window:
    """Return the window of a statement; raises SoqlError when an org would not allow it."""
    skip = 0 if query.offset is None else _whole(text, query.offset, "OFFSET")
    if skip > _MOST_SKIPPED:
        what = f"Maximum SOQL offset allowed for apiName {sobject} is {_MOST_SKIPPED}"
        raise SoqlError("NUMBER_OUTSIDE_VALID_RANGE", what)
    return Window(skip, -1 if query.limit is None else _whole(text, query.limit, "LIMIT"))


def _whole(text: str, literal: Literal, clause: str) -> int:
    if literal.kind is Kind.BIND:
        raise refuse(text, literal.at, BIND_REFUSED)
    if "." in literal.text or literal.text.startswith("-"):
        raise refuse(text, literal.at, f"unexpected token: '{literal.text}'")
    number = int(literal.text) if len(literal.text) < 20 else -1
    if not 0 <= number <= _MOST:
        what = f"SOQL {clause} must be a whole number from 0 to {_MOST}: {literal.text}"
        raise refuse(text, literal.at, what, "NUMBER_OUTSIDE_VALID_RANGE")
    return number
