"""What stands between quotes: escapes, and the wildcards of LIKE."""

import re

from crm_sync.sandbox.soql.errors import SoqlError, refuse
from crm_sync.sandbox.soql.tree import Literal

__all__ = ["pattern", "unescaped"]

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}
_ESCAPED = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)


def unescaped(text: str, literal: Literal) -> str:
    """Return what a quoted literal says; raises SoqlError for an escape that SOQL lacks."""
    return _unescaped(text, literal, like=False)


def pattern(text: str, literal: Literal) -> str:
    """Return the pattern of LIKE for SQL, where a backslash makes % and _ plain."""
    return _unescaped(text, literal, like=True)


def _unescaped(text: str, literal: Literal, *, like: bool) -> str:
    def replacement(found: re.Match[str]) -> str:
        escape = found[1]
        if like and escape in {"%", "_"}:
            return found[0]
        if escape not in _ESCAPES and len(escape) == 1:
            raise _illegal(text, literal, found[0])
        plain = _ESCAPES.get(escape) or chr(int(escape[1:], 16))
        return f"\\{plain}" if like and plain in {"\\", "%", "_"} else plain

    try:
        joined = _ESCAPED.sub(replacement, literal.text[1:-1]).encode("utf-16", "surrogatepass")
        return joined.decode("utf-16")  # two \\u escapes may make one character
    except UnicodeDecodeError:
        raise _illegal(text, literal, "\\u") from None


def _illegal(text: str, literal: Literal, seen: str) -> SoqlError:
    what = (
        f"Invalid string literal {literal.text}. Illegal character sequence '{seen}' in string "
        "literal."
    )
    return refuse(text, literal.at, what)
