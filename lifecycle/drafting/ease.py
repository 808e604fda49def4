"""How easily a text is read: from 0, hard, to 100, easy, by the formula made for its language."""

import re
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["EASE", "reading_ease"]

# Constant, weight of words in a sentence, weight of syllables in a word.
EASE: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "en": (206.835, 1.015, 84.6),  # Flesch 1948
        "fr": (207.0, 1.015, 73.6),  # Kandel and Moles 1958
        "es": (206.84, 1.02, 60.0),  # Fernández Huerta 1959
    }
)
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?:;…]+(?:\s|$)|\n\s*(?:\n|[-*]|\d+\.)")
_VOWELS = re.compile(r"[aeiouyàâäæáéèêëíìîïóòôöœúùûüÿ]+", re.IGNORECASE)
_SILENT = {"en": re.compile(r"[^aeiouyl]e$|[^aeiouydt]ed$"), "fr": re.compile(r"e(?:s|nt)?$")}


def reading_ease(text: str, language: str) -> float | None:
    """Return how easily a text reads, None for a language without a formula, or no text."""
    words = _WORD.findall(text)
    if language not in EASE or not words:
        return None
    constant, of_sentence, of_word = EASE[language]
    sentences = len(_SENTENCE.findall(text.strip() + "\n\n")) or 1
    syllables = sum(_syllables(word.lower(), language) for word in words)
    return constant - of_sentence * len(words) / sentences - of_word * syllables / len(words)


def _syllables(word: str, language: str) -> int:
    count = len(_VOWELS.findall(word))
    silent = _SILENT.get(language)
    if silent and count > 1 and silent.search(word):
        count -= 1
    return max(count, 1)
