"""Letters compiled, once: Markdown, parts, layout and CSS done, only values left to fill in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from css_inline import CSSInliner
from markupsafe import escape

from lifecycle.drafting.compiled import Compiled
from lifecycle.drafting.folder import AUDIENCES, PARTS, Folder
from lifecycle.drafting.head import Head, read_head
from lifecycle.drafting.hiding import WORD, Hiding, number
from lifecycle.drafting.language import Language
from lifecycle.drafting.layout import PLACE, check_layout, place
from lifecycle.drafting.markdown import Fragment, parse, render
from lifecycle.drafting.names import Names
from lifecycle.drafting.reading import Fields, fields_of
from lifecycle.drafting.source import Source
from lifecycle.drafting.structure import check_structure
from partner_lifecycle.errors import Problem
from partner_lifecycle.views import ColumnType

__all__ = ["Compiler", "Letter"]

_JINJA_BEGINS = re.compile(r"\{(?:[{%#]|(?:<!--)?qzx)")


@dataclass(frozen=True)
class Letter:
    """One template file, read: its head, and its body in both forms with the tags hidden."""

    source: Source
    head: Head
    subject: str
    preheader: str
    body: Fragment


@dataclass
class Compiler:
    """Compiles a folder; each file once, however many letters share it."""

    folder: Folder
    fields: Mapping[str, ColumnType]
    problems: list[Problem]
    hiding: Hiding = field(default_factory=Hiding)
    _parts: dict[str, Fragment] = field(default_factory=dict)
    _letters: dict[str, Letter | None] = field(default_factory=dict)
    _layouts: dict[str, Fragment] = field(default_factory=dict)

    @cached_property
    def _inliner(self) -> CSSInliner:
        # Off: it would fetch whatever stylesheet a layout links to.
        return CSSInliner(load_remote_stylesheets=False)

    def read_shared(self, language: Language) -> None:
        """Read and check what all letters of a language share: layout and parts."""
        self._layout(language)
        for part in PARTS:
            for audience in AUDIENCES:
                self._part(part, audience, language)

    def letter(self, source: Source, language: Language) -> Letter | None:
        """Return a template file read and checked, None if it has no usable head."""
        if source.file not in self._letters:
            self._letters[source.file] = self._read_letter(source, language)
        return self._letters[source.file]

    def assemble(self, letter: Letter, audience: str, language: Language) -> Compiled:
        """Return a letter put into the layout, with the greeting and footer for an audience."""
        layout = self._layout(language)
        parts = {part: self._part(part, audience, language) for part in PARTS}
        parts["body"] = letter.body
        html = {name: fragment.html for name, fragment in parts.items()} | {
            "subject": str(escape(letter.subject)),
            "preheader": str(escape(letter.preheader)),
            "language": language.code,
            "direction": language.direction,
        }
        page = self._inliner.inline(PLACE.sub(lambda found: html[found[1]], layout.html))
        text = PLACE.sub(lambda found: parts[found[1]].text.strip(), layout.text)
        return Compiled(
            subject_source=self.hiding.restore(letter.subject),
            html_source=self.hiding.restore(page),
            text_source=self.hiding.restore(text),
            fields=self._fields_in(letter.subject + page),
        )

    def _fields_in(self, hidden: str) -> frozenset[str]:
        numbers = {number(match) for match in WORD.finditer(hidden)}
        tags = (self.hiding.hidden[each].tag for each in numbers)
        return frozenset(name for tag in tags if tag.node for name in fields_of(tag.node))

    def _read_letter(self, source: Source, language: Language) -> Letter | None:
        read = read_head(source, self.problems)
        if read is None:
            return None
        head, body = read
        fields = Fields(Names(self.fields, head.row), language)
        subject, preheader = (
            language.space(self.hiding.hide(line, fields, self.problems, comments=False))
            for line in (head.subject, head.preheader)
        )
        return Letter(source, head, subject, preheader, self._fragment(body, fields))

    def _part(self, part: str, audience: str, language: Language) -> Fragment:
        source = self.folder.parts[part].speaks_to(audience, language.code)
        if source is None:
            return Fragment("", "")
        if source.file not in self._parts:
            fields = Fields(Names(self.fields), language)
            self._parts[source.file] = self._fragment(source, fields)
        return self._parts[source.file]

    def _fragment(self, source: Source, fields: Fields) -> Fragment:
        before = len(self.problems)
        tokens = parse(self.hiding.hide(source, fields, self.problems), fields.language)
        if len(self.problems) == before:
            check_structure(source, tokens, self.hiding.hidden, self.problems)
        fragment = render(tokens)
        if not source.text.strip():
            self.problems.append(source.problem(0, "the file says nothing", "write the text"))
        # Markdown makes `{{` of `\{\{`: after the checks no new tag may come about.
        elif len(self.problems) == before and _JINJA_BEGINS.search(fragment.html + fragment.text):
            what = "braces come together that would begin a tag"
            self.problems.append(source.problem(0, what, "write no braces that are not a tag"))
        return fragment

    def _layout(self, language: Language) -> Fragment:
        if language.code not in self._layouts:
            fields = Fields(Names({}), language)
            html, text = self.folder.layout_html, self.folder.layout_text
            # A mistake in the layout is one mistake, not one in each language.
            problems: list[Problem] = [] if self._layouts else self.problems
            check_layout(html, text, problems)
            self._layouts[language.code] = Fragment(
                self.hiding.hide(html, fields, problems, place),
                self.hiding.hide(text, fields, problems, place, comments=False),
            )
        return self._layouts[language.code]
