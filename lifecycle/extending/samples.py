"""Values at the edges of each type, on which a plug-in's functions are tried."""

from collections.abc import Mapping, Sequence
from datetime import date

from lifecycle.conditions import LARGEST, Value, ValueType

__all__ = ["EDGES", "SAMPLES", "Samples"]

Samples = Mapping[ValueType, Sequence[Value]]

EDGES: Samples = {
    ValueType.TEXT: ("", "a", "Ünïcödé 日本 𝔘", '"\\\n'),
    ValueType.NUMBER: (0, 1, -1, LARGEST, -LARGEST),
    ValueType.BOOLEAN: (True, False),
    ValueType.DATE: (date(2024, 2, 29), date(2026, 12, 31), date.min, date.max),
}
"""A few, for whenever a plug-in is found."""

SAMPLES: Samples = {
    ValueType.TEXT: (
        "",
        "a",
        "A",
        "ab",
        "a b",
        "Ünïcödé",
        "é",
        "日本",
        "𝔘",
        '"',
        "\\",
        "a\nb",
        ".",
    ),
    ValueType.NUMBER: (0, 1, -1, 2, 3, 7, 12, 100, 10**9, LARGEST, -LARGEST),
    ValueType.BOOLEAN: (True, False),
    ValueType.DATE: (
        *(date(2026, month, 1) for month in range(1, 13)),
        *(date(2025, 12, 31), date(2024, 2, 29), date(1969, 12, 31), date(1900, 2, 28)),
        *(date.min, date.max),
    ),
}
"""What every function is tried on in tests, in every combination, and what is missing beside it."""
