"""What no letter may say, and what some must: words by language, in templates/policy.yaml."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lifecycle.drafting.source import Source
from partner_lifecycle.errors import Problem

__all__ = ["TAG", "Broken", "Forbidden", "Policy", "Required", "Wording"]

TAG = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
"""A Jinja tag in the source of a letter."""


@dataclass(frozen=True)
class Forbidden:
    """One thing that letters never say: phrases by language, and phrases that are right anyway.

    A `*` in a phrase stands for the rest of a word.
    """

    name: str
    because: str
    cite: tuple[str, ...]
    says: Mapping[str, Sequence[str]]
    allows: Mapping[str, Sequence[str]]

    @cached_property
    def _patterns(self) -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
        return {
            language: (_pattern(phrases), _pattern(self.allows[language]))
            if self.allows.get(language)
            else (_pattern(phrases), None)
            for language, phrases in self.says.items()
        }

    def found(self, text: str, language: str) -> Iterator[re.Match[str]]:
        """Yield where a text says it; what is allowed does not count."""
        if language not in self._patterns:
            return
        says, allows = self._patterns[language]
        right = [match.span() for match in allows.finditer(text)] if allows else []
        for match in says.finditer(text):
            if not any(start <= match.start() < end for start, end in right):
                yield match


@dataclass(frozen=True)
class Required:
    """What letters of some purposes, audiences or kinds must show and say; none named: all."""

    name: str
    because: str
    cite: tuple[str, ...]
    purposes: frozenset[str]
    audiences: frozenset[str]
    kinds: frozenset[str]
    shows: frozenset[str]
    says: Mapping[str, Sequence[str]]

    def concerns(self, purpose: str, audience: str, kind: str) -> bool:
        """Say whether letters of this purpose, audience and kind must have it."""
        asked = ((self.purposes, purpose), (self.audiences, audience), (self.kinds, kind))
        return all(not wanted or given in wanted for wanted, given in asked)

    def lacking(self, text: str, fields: Collection[str], language: str) -> str:
        """Return what a letter lacks of it, "" if nothing."""
        absent = sorted(self.shows - set(fields))
        if absent:
            return f"does not show {', '.join(absent)}"
        phrases = self.says.get(language, ())
        if self.says and not phrases:
            return f"is in {language}, for which policy.yaml has no words"
        if phrases and not _pattern(phrases).search(text):
            return f"does not say “{phrases[0]}”"
        return ""


@dataclass(frozen=True)
class Broken:
    """A letter says what it must not: the words, and why they are forbidden."""

    said: str
    forbidden: Forbidden

    def __str__(self) -> str:
        """Return it as a sentence."""
        cited = ", ".join(self.forbidden.cite)
        return f"It says “{self.said}”. {self.forbidden.because} ({cited})"


@dataclass(frozen=True)
class Wording:
    """In which languages every letter is, how long and how easy to read; 0 asks nothing."""

    languages: Sequence[str] = ()
    subject_at_most: int = 0
    preheader_at_most: int = 0
    ease: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Policy:
    """Everything that letters never say, what some of them must have, and how words should be."""

    forbidden: tuple[Forbidden, ...] = ()
    required: tuple[Required, ...] = ()
    words: Wording = Wording()

    @property
    def cite(self) -> frozenset[str]:
        """The clauses that it serves."""
        cited = [each.cite for each in self.forbidden] + [each.cite for each in self.required]
        return frozenset(clause for clauses in cited for clause in clauses)

    def broken(self, text: str, language: str, values: Iterable[str] = ()) -> list[Broken]:
        """Return what a text in a language says against policy; values, as names, say nothing."""
        for value in values:
            text = text.replace(value, "·" * len(value))
        return [
            Broken(" ".join(match[0].split()), each)
            for each in self.forbidden
            for match in each.found(text, language)
        ]

    def check(self, source: Source, language: str) -> Iterator[Problem]:
        """Yield a problem for each place where a file says what no letter may."""
        text = TAG.sub(lambda tag: "·" * len(tag[0]), source.text)
        for each in self.forbidden:
            for match in each.found(text, language):
                said = " ".join(match[0].split())
                what = f"“{said}” is forbidden: {each.because} ({', '.join(each.cite)})"
                yield source.problem(match.start(), what, "say it in other words")


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    words = [re.escape(each).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for each in phrases]
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)
