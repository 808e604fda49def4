"""Checks on a letter's Markdown that Jinja and Markdown cannot make for each other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it.token import Token

from lifecycle.drafting.hiding import WORD, Hidden, number
from lifecycle.drafting.names import LINKS
from lifecycle.drafting.reading import fields_of
from lifecycle.drafting.source import Source
from partner_lifecycle.errors import Problem

__all__ = ["check_structure"]

_TAG_LINE = re.compile(r"(?:\s*<!--qzx\d+xzq-->)+\s*")
_SCHEMES = ("https://", "mailto:")


@dataclass
class _Checker:
    source: Source
    hidden: list[Hidden]
    problems: list[Problem]
    open_ifs: list[tuple[Hidden, object]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def at(self, token: Token, what: str, remedy: str) -> None:
        line = token.map[0] if token.map else 0
        offset = sum(len(text) + 1 for text in self.source.text.split("\n")[:line])
        self.problems.append(self.source.problem(offset, what, remedy))

    def words(self, text: str, place: object) -> None:
        for match in WORD.finditer(text):
            self.seen.add(number(match))
            self.branch(self.hidden[number(match)], place)

    def unseen(self) -> None:
        """A tag in a link's title or a definition never reaches the letter."""
        for index, hidden in enumerate(self.hidden):
            if hidden.source is self.source and index not in self.seen:
                what = f"{hidden.tag.text} stands where the letter does not show it"
                self.problems.append(
                    self.source.problem(hidden.tag.offset, what, "move it into the text")
                )

    def branch(self, hidden: Hidden, place: object) -> None:
        """An if must end in the piece of text that it began in, or HTML would break apart."""
        tag = hidden.tag
        if tag.kind == "if":
            self.open_ifs.append((hidden, place))
        elif tag.kind != "value" and self.open_ifs:
            start, began = self.open_ifs[-1]
            if began != place:
                what = f"{tag.text} stands in another piece of text than {start.tag.text}"
                self.problems.append(
                    self.source.problem(
                        tag.offset, what, "put both on lines of their own, or in one line"
                    )
                )
            if tag.kind == "endif":
                self.open_ifs.pop()

    def link(self, token: Token, address: str) -> None:
        match = WORD.search(address)
        if match is None:
            if not address.startswith(_SCHEMES):
                self.at(
                    token, f"{address} is no link for a letter", "begin with https:// or mailto:"
                )
            return
        self.seen.add(number(match))
        hidden = self.hidden[number(match)]
        names = set(fields_of(hidden.tag.node)) if hidden.tag.node else set()
        mail = address == f"mailto:{match[0]}" and names == {"house.email"}
        if not (mail or (address == match[0] and names <= LINKS and names)):
            self.problems.append(
                self.source.problem(
                    hidden.tag.offset,
                    f"{hidden.tag.text} cannot be a link",
                    f"link to one of {', '.join(sorted(LINKS))}, or mailto:{{{{ house.email }}}}",
                )
            )


def check_structure(
    source: Source, tokens: list[Token], hidden: list[Hidden], problems: list[Problem]
) -> None:
    """Add to `problems`: HTML by hand, links elsewhere, ifs that cut through other structure."""
    before = len(problems)
    checker = _Checker(source, hidden, problems)
    for token, place in _placed(tokens):
        if token.type == "html_block" and _TAG_LINE.fullmatch(token.content):
            checker.words(token.content, place)
        elif token.type == "html_block":
            checker.at(token, "HTML cannot be written in a letter", "write Markdown")
        elif token.type == "inline":
            _check_line(checker, token)
    if len(problems) == before:
        checker.unseen()


def _placed(tokens: list[Token]) -> Iterator[tuple[Token, object]]:
    """Yield each block with what it lies in: the innermost open block."""
    lies_in: list[int] = []
    for index, token in enumerate(tokens):
        if token.nesting < 0:
            lies_in.pop()
        yield token, lies_in[-1] if lies_in else None
        if token.nesting > 0:
            lies_in.append(index)


def _check_line(checker: _Checker, line: Token) -> None:
    lies_in: list[object] = [id(line)]
    for index, child in enumerate(line.children or []):
        if child.nesting < 0:
            lies_in.pop()
        elif child.type == "html_inline":
            checker.at(
                line, f"HTML cannot be written in a letter: {child.content}", "write Markdown"
            )
        elif child.type == "link_open":
            checker.link(line, str(child.attrGet("href")))
        checker.words(child.content, lies_in[-1])
        if child.nesting > 0:
            lies_in.append((id(line), index))
