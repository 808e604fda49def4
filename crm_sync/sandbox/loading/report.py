"""What was loaded, and what was left out and why."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["LoadReport"]


@dataclass(frozen=True)
class LoadReport:
    """`rows` by object; `skipped` by `table` or `table.column`, with the reason.

    `dangling` counts references, by `table.column`, to a record that the file does not hold: they
    were left empty. `ids` gives the real id of each `Object:table/local id`.
    """

    rows: Mapping[str, int]
    skipped: Mapping[str, str]
    dangling: Mapping[str, int]
    ids: Mapping[str, str]

    @property
    def total(self) -> int:
        """Return the number of records loaded."""
        return sum(self.rows.values())
