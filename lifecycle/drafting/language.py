"""A language to write in: its locale, direction and spacing."""

import re
from dataclasses import dataclass
from functools import cached_property

from babel import Locale, UnknownLocaleError

__all__ = ["Language"]

# Letters of an international organisation: "US$1,250" and "21 November 2026" in English.
_LOCALES = {"en": "en_GB"}
_NO_BREAK = "\u00a0"
_FRENCH = re.compile(r" (?=[:;?!»%])|(?<=«) ")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LEFT_TO_RIGHT = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f]")
_ISOLATE, _END = "\u2068", "\u2069"


@dataclass(frozen=True)
class Language:
    """A language by its two-letter code; raises ValueError if babel knows none of that code."""

    code: str

    def __post_init__(self) -> None:
        _ = self.locale

    @cached_property
    def locale(self) -> Locale:
        """The locale that formats its dates, numbers and money."""
        try:
            return Locale.parse(_LOCALES.get(self.code, self.code))
        except UnknownLocaleError as error:
            raise ValueError(f"no language has the code {self.code}") from error

    @cached_property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return str(self.locale.text_direction)

    def space(self, text: str) -> str:
        """Return an author's words as a printer would set them: apostrophes, no-break spaces."""
        text = _APOSTROPHE.sub("’", text)
        return _FRENCH.sub(_NO_BREAK, text) if self.code == "fr" else text

    def isolate(self, value: str) -> str:
        """Return a value so that, running the other way, it cannot reorder the words around it."""
        if value.isascii() and self.direction == "ltr":
            return value
        foreign = _RIGHT_TO_LEFT if self.direction == "ltr" else _LEFT_TO_RIGHT
        return f"{_ISOLATE}{value}{_END}" if foreign.search(value) else value
