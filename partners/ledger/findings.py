"""What was found: which row, and what is wrong with it."""

from dataclasses import astuple, dataclass
from typing import Any

__all__ = ["Finding", "Row", "decisions", "of_decision", "whole"]

Row = Any
"""A row as the database has it, with its columns as attributes."""


@dataclass(frozen=True)
class Finding:
    """Something that was changed behind the ledger's back; `day` is the decision's."""

    table: str
    what: str
    decision: int | None = None
    partner: str | None = None
    day: str | None = None

    def printable(self) -> "Finding":
        """Return it so that any terminal can print it, whatever somebody wrote into the row."""
        return Finding(*map(_printable, astuple(self)))

    def __str__(self) -> str:
        """Return it as one line for a person."""
        told = [self.table] if self.decision is None else [f"decision {self.decision}"]
        told += [f"partner {self.partner}"] if self.partner else []
        told += [self.day] if self.day else []
        return f"{', '.join(told)}: {self.what}"


def of_decision(row: Row, what: str, table: str = "decision") -> Finding:
    """Return what is wrong with a decision, or with the row of another table that belongs to it."""
    return Finding(table, what, row.id, str(row.partner_id), str(row.decided_at)[:10])


def _printable(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return value.encode(errors="backslashreplace").decode()


def decisions(many: int) -> str:
    """Return so many decisions as the subject of a sentence."""
    return "1 decision is" if many == 1 else f"{many} decisions are"


def whole(value: object) -> int:
    """Return a number; -1 where somebody wrote something else, as SQLite lets them."""
    return value if isinstance(value, int) else -1
