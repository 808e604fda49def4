"""An author's Markdown, tags hidden, made into HTML and plain text from the same tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lifecycle.drafting.language import Language

__all__ = ["Fragment", "parse", "render"]

# No code and no pictures: a letter has neither, and four spaces would make code by accident.
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).disable(
    ["code", "fence", "backticks", "image"]
)
# Every link is let through to be refused by name in `structure`, not shown as text.
_MARKDOWN.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005


@dataclass(frozen=True)
class Fragment:
    """A piece of a letter in both forms, tags still hidden; text paragraphs end in a blank line."""

    html: str
    text: str


def parse(hidden: str, language: Language) -> list[Token]:
    """Return Markdown's tokens, words spaced as the language wants, a lone link being a button."""
    tokens = _MARKDOWN.parse(hidden)
    for token in tokens:
        children = token.children or []
        for child in children:
            if child.type == "text":
                child.content = language.space(child.content)
        if [child.type for child in children] == ["link_open", "text", "link_close"]:
            children[0].attrJoin("class", "button")
    return tokens


def render(tokens: list[Token]) -> Fragment:
    """Return the HTML and the plain text of tokens."""
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Fragment(html, "".join(_plain(tokens)))


def _plain(tokens: list[Token]) -> Iterator[str]:
    """Yield pieces of plain text: lists keep their marks, links show their address."""
    marks: list[int | None] = []  # per open list: the next number, or None for bullets
    prefix = ""
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                marks.append(None)
            case "ordered_list_open":
                marks.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                marks.pop()
                prefix = "  " * len(marks)
                if not marks:
                    yield "\n"
            case "list_item_open":
                prefix = _mark(marks)
            case "inline":
                tight = "\n" if marks else "\n\n"
                yield prefix + _line(token.children or []) + tight
                prefix = "  " * len(marks)
            case "hr":
                yield "* * *\n\n"
            case "html_block":
                yield re.sub(r"\s+", "", token.content)


def _mark(marks: list[int | None]) -> str:
    indent = "  " * (len(marks) - 1)
    if marks[-1] is None:
        return f"{indent}- "
    marks[-1] += 1
    return f"{indent}{marks[-1] - 1}. "


def _line(children: list[Token]) -> str:
    pieces: list[str] = []
    address = ""
    for child in children:
        match child.type:
            case "text":
                pieces.append(child.content)
            case "softbreak":
                pieces.append(" ")
            case "hardbreak":
                pieces.append("\n")
            case "link_open":
                address = str(child.attrGet("href")).removeprefix("mailto:")
                pieces.append("\0")
            case "link_close":
                start = len(pieces) - 1 - pieces[::-1].index("\0")
                label = "".join(pieces[start + 1 :])
                pieces[start:] = [label if label == address else f"{label} ({address})"]
    return "".join(pieces)
