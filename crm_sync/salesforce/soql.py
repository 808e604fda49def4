"""SOQL literals, quoted so that no value can end its string."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from urllib.parse import quote as percent

__all__ = ["chunks_of_literals", "quote"]

_ESCAPES = str.maketrans(
    {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)
# A request line may have 16,384 bytes; half of it leaves room for headers and for the rest.
_MOST_BYTES = 8000


def quote(value: str | bool | int | float | date | datetime | None) -> str:
    """Return a value as a SOQL literal: `'O\\'Neil'`, `true`, `2026-11-21T00:00:00Z`, `null`.

    Raises ValueError for an instant without a time zone, which would mean different things to
    both sides.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value.translate(_ESCAPES)}'"
        case datetime():
            if value.tzinfo is None:
                raise ValueError("an instant needs a time zone")
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
    return str(value)


def chunks_of_literals(values: Iterable[str]) -> Iterator[str]:
    """Return comma-separated literals for `IN (...)`, each chunk short enough for one request."""
    chunk: list[str] = []
    size = 0
    for literal in map(quote, values):
        length = len(percent(literal)) + 3
        if chunk and size + length > _MOST_BYTES:
            yield ",".join(chunk)
            chunk, size = [], 0
        chunk.append(literal)
        size += length
    if chunk:
        yield ",".join(chunk)
