"""The organisation that writes: names, addresses, signature and colours. Settings, not policy."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

__all__ = ["ENGLISH", "House"]

ENGLISH = "en"

_PAPER = "#ffffff"
_DARK_PAPER = "#1c2126"  # the letter's background in templates/layout.html's dark mode
_READABLE = 4.5  # contrast that WCAG 2.2 asks of text (AA)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _readable_on(paper: str) -> AfterValidator:
    def check(colour: str) -> str:
        if _contrast(colour, paper) < _READABLE:
            raise ValueError(f"{colour} is too close to {paper} to be read as text")
        return colour

    return AfterValidator(check)


def _speaks_english(words: "str | Mapping[str, str]") -> "str | Mapping[str, str]":
    if not isinstance(words, str) and ENGLISH not in words:
        raise ValueError("give the English words too (en): they stand in for other languages")
    return words


_Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x1f\x7f]+$")
]
_Words = Annotated[_Line | Mapping[str, _Line], AfterValidator(_speaks_english)]
_Https = Annotated[str, StringConstraints(pattern=r"^https://[^\s\"'<>\\]+$")]
_Email = Annotated[
    str, StringConstraints(pattern=r"^[^\s@,;:<>\"()]+@[^\s@,;:<>\"()]+\.[^\s@,;:<>\"()]+$")
]
_Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]


class House(BaseModel):
    """The organisation's settings for letters; names and titles may differ by language.

    What every letter shows has no default: an invented name must never sign a real letter.
    `_Words` are either one text for every language or a mapping of language to text with `en`.
    `colour` is read on white paper, `colour_on_dark` in dark mode: both must be legible.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Words = Field(examples=["Your organisation"])
    signature_name: _Line = Field(examples=["Who signs"])
    signature_title: _Words | None = None
    address: _Words = Field(examples=["Street and number, city"])
    email: _Email = Field(examples=["partnerships@your.org"])
    website: _Https = Field(examples=["https://www.your.org"])
    giving_url: _Https | None = None
    unsubscribe_url: _Https = Field(examples=["https://www.your.org/unsubscribe"])
    logo_url: _Https | None = None
    colour: Annotated[_Colour, _readable_on(_PAPER)] = "#0b5a6f"
    colour_on_dark: Annotated[_Colour, _readable_on(_DARK_PAPER)] = "#7cc7d9"

    def say(self, setting: str, language: str) -> str | None:
        """Return one setting in a language, in English where it has no words of its own."""
        words: str | Mapping[str, str] | None = getattr(self, setting)
        if words is None or isinstance(words, str):
            return words
        return words.get(language, words[ENGLISH])
