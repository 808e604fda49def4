"""How SOQL is refused: Salesforce's code, and its message with the place in the statement."""

import re
from typing import ClassVar

from partner_lifecycle import PartnerLifecycleError

__all__ = [
    "BIND_REFUSED",
    "SoqlError",
    "refuse",
    "too_complicated",
    "unclosed_string",
    "unreadable_character",
]

BIND_REFUSED = "Bind variables only allowed in Apex code"
_SEPARATOR = re.compile(r"[\s,]")
# Salesforce shows about this many characters on either side of the mistake, in whole words.
_CONTEXT = 31


class SoqlError(PartnerLifecycleError):
    """A statement that an org would refuse: `code` and `message` as Salesforce words them."""

    http_status: ClassVar[int] = 400

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}", where="SOQL statement")
        self.code = code
        self.message = message


def refuse(text: str, at: int, what: str, code: str = "MALFORMED_QUERY") -> SoqlError:
    """Return the error for the mistake at a character of a statement (counted from 0)."""
    row, column = _place(text, at)
    return SoqlError(code, _located(text, at, row, column + 1, what))


def unreadable_character(text: str, at: int) -> SoqlError:
    """Return the error for a character that no word of SOQL begins with."""
    return _unread(text, at, f"no viable alternative at character '{text[at : at + 1] or '<EOF>'}'")


def unclosed_string(text: str) -> SoqlError:
    """Return the error for a statement that ends within quotes."""
    return _unread(text, len(text), "mismatched character '<EOF>' expecting '''")


def too_complicated() -> SoqlError:
    """Return the error for a statement nested too deeply or joining too much."""
    return SoqlError(
        "QUERY_TOO_COMPLICATED",
        "Query is either selecting too many fields or the filter conditions are too complicated.",
    )


def _unread(text: str, at: int, what: str) -> SoqlError:
    """Return an error of the lexer; there Salesforce counts columns from 0."""
    row, column = _place(text, at)
    located = _located(text, at, row, column, f"line {row}:{column} {what}")
    return SoqlError("MALFORMED_QUERY", located)


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1)


def _located(text: str, at: int, row: int, column: int, what: str) -> str:
    start, end = _window(text, at)
    caret = " " * (at - start) + "^"
    return f"\n{text[start:end].rstrip(' ,')}\n{caret}\nERROR at Row:{row}:Column:{column}\n{what}"


def _window(text: str, at: int) -> tuple[int, int]:
    """Return the whole words of the row around a character."""
    line_start = text.rfind("\n", 0, at) + 1
    line_end = text.find("\n", at)
    line_end = len(text) if line_end < 0 else line_end
    start = max(line_start, at - _CONTEXT)
    while start > line_start and not _SEPARATOR.match(text, start - 1):
        start -= 1
    following = _SEPARATOR.search(text, min(line_end, at + _CONTEXT))
    return start, min(line_end, following.start() if following else line_end)
