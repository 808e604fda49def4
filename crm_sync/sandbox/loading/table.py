"""A table as a file holds it, before anything is known about the org's objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Table"]


@dataclass(frozen=True)
class Table:
    """`columns` without the local id; each row is (local id, values by column)."""

    name: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Mapping[str, Any]]]
