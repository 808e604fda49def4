"""Jinja tags in a text: found with Jinja's own lexer, parsed one by one, and balanced."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, TemplateSyntaxError, nodes

from lifecycle.drafting.errors import Mistake
from lifecycle.drafting.source import Source
from partner_lifecycle.errors import Problem

__all__ = ["Tag", "find_tags"]

_JINJA = Environment(autoescape=True)  # only to lex and parse; nothing is rendered with it
_BEGINS = {"variable_begin": "{{", "block_begin": "{%", "comment_begin": "{#"}
_ENDS = ("variable_end", "block_end", "comment_end")
_BRANCHES = ("if", "elif", "else", "endif")
_ONLY = "a letter has {{ field }}, {% if %}, {% elif %}, {% else %} and {% endif %}"


@dataclass(frozen=True)
class Tag:
    """A tag: `kind` is value, comment, if, elif, else or endif; `node` what it shows or asks."""

    offset: int
    text: str
    kind: str
    node: nodes.Expr | None = None

    @property
    def end(self) -> int:
        """The offset just after it."""
        return self.offset + len(self.text)


def find_tags(source: Source, problems: list[Problem]) -> list[Tag]:
    """Return the tags of a text in order, none of them if any is wrong (added to `problems`)."""
    before = len(problems)
    tags = []
    for offset, text in _pieces(source, problems):
        try:
            tags.append(_tag(offset, text))
        except Mistake as mistake:
            problems.append(source.mistake(offset, len(text), mistake))
    if len(problems) == before:
        _check_balance(source, tags, problems)
    return tags if len(problems) == before else []


def _pieces(source: Source, problems: list[Problem]) -> Iterator[tuple[int, str]]:
    """Yield offset and text of each tag. The lexer's pieces, put together, are the source."""
    offset = start = 0
    inside = False
    try:
        for _line, kind, value in _JINJA.lexer.tokeniter(source.text, None):
            if kind in ("raw_begin", "raw_end"):
                problems.append(source.problem(offset, "raw blocks cannot be used in a letter"))
                return
            if kind in _BEGINS:
                start, inside = offset, True
                if value != _BEGINS[kind]:
                    # The lexer drops the space before such a tag: places would no longer be right.
                    problems.append(
                        source.problem(offset, f"{value} cannot be used", f"write {_BEGINS[kind]}")
                    )
                    return
            offset += len(value)
            if kind in _ENDS:
                inside = False
                yield start, source.text[start:offset]
        if inside:
            problems.append(source.problem(start, "the tag is never closed", "close it: }} or %}"))
    except TemplateSyntaxError as error:
        problems.append(source.problem(_start_of_line(source, error.lineno), _sentence(error)))


def _start_of_line(source: Source, line: int) -> int:
    return sum(len(text) + 1 for text in source.text.split("\n")[: line - 1])


def _sentence(error: TemplateSyntaxError) -> str:
    return f"Jinja cannot read this: {(error.message or 'syntax error').rstrip('.')}"


def _tag(offset: int, text: str) -> Tag:
    if text.startswith("{#"):
        return Tag(offset, text, "comment")
    inner = text[2:-2].strip()
    if text.startswith("{{"):
        return Tag(offset, text, "value", _expression(inner))
    word, *rest = inner.split(maxsplit=1)
    if word not in _BRANCHES:
        raise Mistake(f"{{% {word} %}} cannot be used in a letter", _ONLY)
    if word in ("if", "elif"):
        return Tag(offset, text, word, _expression("".join(rest)))
    if rest:
        raise Mistake(f"nothing can follow {word}", f"write {{% {word} %}}")
    return Tag(offset, text, word)


@cache
def _expression(code: str) -> nodes.Expr:
    """Return what a tag shows or asks; letters ask for the same few things over and over."""
    if not code:
        raise Mistake("the tag is empty", "name a field")
    try:
        output = _JINJA.parse(f"{{{{ {code} }}}}").body[0]
    except TemplateSyntaxError as error:
        raise Mistake(_sentence(error)) from error
    node = output.nodes[0] if isinstance(output, nodes.Output) else None
    if not isinstance(node, nodes.Expr):
        raise Mistake("only a field can stand here")
    return node


def _check_balance(source: Source, tags: list[Tag], problems: list[Problem]) -> None:
    stack: list[Tag] = []
    for tag in tags:
        if tag.kind == "if":
            stack.append(tag)
        elif tag.kind in _BRANCHES and not stack:
            problems.append(source.problem(tag.offset, f"{tag.text} without an if"))
        elif tag.kind in ("elif", "else") and stack[-1].kind == "else":
            problems.append(source.problem(tag.offset, f"{tag.text} after else"))
        elif tag.kind == "else":
            stack[-1] = tag
        elif tag.kind == "endif":
            stack.pop()
    problems.extend(
        source.problem(tag.offset, f"{tag.text} is never ended", "add {% endif %}") for tag in stack
    )
