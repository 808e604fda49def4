"""What an author should look at in templates that load: languages, translations, lengths, ease."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lifecycle.drafting.ease import reading_ease
from lifecycle.drafting.folder import AUDIENCES, Voices
from lifecycle.drafting.house import ENGLISH
from lifecycle.drafting.library import Library
from lifecycle.drafting.policy import TAG
from lifecycle.drafting.source import Source
from lifecycle.drafting.template import Template
from lifecycle.drafting.wording import body_at
from partner_lifecycle.errors import Problem

__all__ = ["Remark", "review"]

_IF = re.compile(r"\{%\s*if\b[^%]*%\}(.*?)\{%\s*endif\s*%\}")
_ELSE = re.compile(r"\{%\s*el(?:se|if\b[^%]*)\s*%\}")
_SHORT = 25  # characters of a paragraph below which the same words may be right in two languages


@dataclass(frozen=True, order=True)
class Remark:
    """Something that may be better in a template: where and what; `kind` is its name."""

    problem: Problem
    kind: str


def review(library: Library) -> list[Remark]:
    """Return what may be better in the templates, in the order of the files."""
    return sorted({*_translations(library), *_words(library)})


def _translations(library: Library) -> Iterator[Remark]:
    """Find letters that some have in a language and others not, and paragraphs left in English."""
    languages = set(library.policy.words.languages)
    for voices in library.folder.purposes.values():
        for language in sorted(languages - voices.languages):
            what = f"nobody has written this letter in {language}"
            file = f"{voices.place}/any.{language}.md"
            yield Remark(Problem(file, 1, 1, what, f"write {file}"), "missing-language")
        yield from _left_in_english(voices)
    for voices in library.folder.parts.values():
        yield from _left_in_english(voices)


def _left_in_english(voices: Voices) -> Iterator[Remark]:
    for (audience, language), source in voices.files.items():
        english = voices.speaks_to(audience, ENGLISH)
        if language == ENGLISH or english is None:
            continue
        known = {words for _offset, words in _paragraphs(english)}
        for offset, words in _paragraphs(source):
            if words in known and len(TAG.sub("", words)) >= _SHORT:
                what = f"this is as in {english.file}"
                yield Remark(source.problem(offset, what, "translate it"), "untranslated")


def _paragraphs(source: Source) -> Iterator[tuple[int, str]]:
    offset = body_at(source)
    for line in source.text[offset:].split("\n"):
        if line.strip():
            yield offset, line.strip()
        offset += len(line) + 1


def _words(library: Library) -> Iterator[Remark]:
    asked = library.policy.words
    for template in library.templates:
        for name, text, most in (
            ("subject", template.subject, asked.subject_at_most),
            ("preheader", template.preheader, asked.preheader_at_most),
        ):
            length = len(TAG.sub("xxxxxxxx", _longest(text.text)))
            if most and length > most:
                what = f"the {name} has about {length} characters; inboxes show {most}"
                yield Remark(text.problem(0, what, "make it shorter"), f"long-{name}")
        yield from _ease(library, template)


def _longest(line: str) -> str:
    """Return a line with the longest branch of each `if`."""
    return _IF.sub(lambda found: max(_ELSE.split(found[1]), key=len), line)


def _ease(library: Library, template: Template) -> Iterator[Remark]:
    least = library.policy.words.ease.get(template.language)
    source = library.folder.purposes[template.purpose].speaks_to(
        template.audience if template.audience in AUDIENCES else "", template.language
    )
    if source is None:
        return
    offset = body_at(source)
    text = TAG.sub(lambda tag: "it" if tag[0].startswith("{{") else "", source.text[offset:])
    ease = reading_ease(text, template.language)
    if least is not None and ease is not None and ease < least:
        what = f"reading ease is {ease:.0f}; letters in {template.language} have {least} or more"
        remedy = "shorter sentences, shorter words"
        yield Remark(source.problem(offset, what, remedy), "hard-to-read")
