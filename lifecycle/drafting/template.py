"""One letter of the library, ready to be filled in."""

from dataclasses import dataclass

from lifecycle.drafting.compiled import Compiled
from lifecycle.drafting.source import Source

__all__ = ["Template"]


@dataclass(frozen=True)
class Template:
    """A letter for one purpose, audience and language.

    `file` is what the author edits; `fields` are the names it may show or ask, `row` the view its
    row comes from; `kind` is service, stewardship or appeal; `fell_back` says that nobody has
    written it in the language that was asked for.
    """

    purpose: str
    audience: str
    language: str
    file: str
    kind: str
    cite: tuple[str, ...]
    row: str | None
    subject: Source
    preheader: Source
    compiled: Compiled
    fell_back: bool = False

    @property
    def fields(self) -> frozenset[str]:
        """The names that the letter may show or ask."""
        return self.compiled.fields
