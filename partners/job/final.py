"""A draft as it would go out: what was drawn up, with what a person changed in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lifecycle.drafting import Words, edited, edited_html

__all__ = ["Final", "final"]


@dataclass(frozen=True)
class Final:
    """A draft as it would go out: what was drawn up, with what a person changed in it."""

    words: Words
    html: str


def final(row: Mapping[str, Any]) -> Final:
    """Return a draft's words and page, edits put in."""
    drawn = Words(row["subject"], row["text"])
    if not row["edit"]:
        return Final(drawn, row["html"])
    words = edited(drawn, [tuple(each) for each in row["edit"]["changes"]])
    return Final(words, edited_html(row["html"], drawn, words))
