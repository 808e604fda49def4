"""One letter of the library, ready to be filled in."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

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

    @cached_property
    def digest(self) -> str:
        """A hash of all its words, the parts and the layout around it among them."""
        sources = (self.compiled.subject_source, self.compiled.html_source)
        return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:12]

    @property
    def fields(self) -> frozenset[str]:
        """The names that the letter may show or ask."""
        return self.compiled.fields
