"""Tags hidden while Markdown, the layout and the CSS inliner do their work, then put back.

A tag that shows a value, or stands within a line, becomes one ASCII word; an `{% if %}` on a line
of its own becomes an HTML comment. Both come through all three unchanged.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lifecycle.drafting.asking import asked
from lifecycle.drafting.errors import Mistake
from lifecycle.drafting.filling import Slot
from lifecycle.drafting.reading import Fields
from lifecycle.drafting.showing import shown
from lifecycle.drafting.source import Source
from lifecycle.drafting.tags import Tag, find_tags
from partner_lifecycle.errors import Problem

__all__ = ["WORD", "Hidden", "Hiding"]

WORD = re.compile(r"<!--qzx(\d+)xzq-->|qzx(\d+)xzq")


@dataclass(frozen=True)
class Hidden:
    """A tag out of sight: what it was, where, and the Jinja that takes its place."""

    tag: Tag
    source: Source
    jinja: str


@dataclass
class Hiding:
    """The hidden tags and the slots of a whole library, by number."""

    hidden: list[Hidden] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    _numbers: dict[object, int] = field(default_factory=dict)

    def hide(
        self,
        source: Source,
        fields: Fields,
        problems: list[Problem],
        special: Callable[[Tag], str | None] = lambda _tag: None,
        *,
        comments: bool = True,
    ) -> str:
        """Return the text with its tags hidden; mistakes in them are added to `problems`.

        `special` may answer for a tag itself with the text to put there. Without `comments`,
        tags on lines of their own become words too (plain text).
        """
        if reserved := WORD.search(source.text):
            problems.append(source.problem(reserved.start(), f"{reserved[0]} is a reserved word"))
            return ""
        tags = find_tags(source, problems)
        alone = _alone(source.text, tags) if comments else set()
        pieces, done = [], 0
        for tag in tags:
            pieces.append(source.text[done : tag.offset])
            done = tag.end
            if tag.kind == "comment":
                continue
            try:
                pieces.append(special(tag) or self._word(tag, source, fields, alone))
            except Mistake as mistake:
                problems.append(source.mistake(tag.offset, len(tag.text), mistake))
        return "".join([*pieces, source.text[done:]])

    def restore(self, text: str) -> str:
        """Return the text with Jinja in place of the words."""
        return WORD.sub(lambda match: self.hidden[number(match)].jinja, text)

    def _word(self, tag: Tag, source: Source, fields: Fields, alone: set[int]) -> str:
        self.hidden.append(Hidden(tag, source, self._jinja(tag, fields)))
        word = f"qzx{len(self.hidden) - 1}xzq"
        return f"<!--{word}-->" if tag.offset in alone else word

    def _jinja(self, tag: Tag, fields: Fields) -> str:
        if tag.node is None:
            return f"{{% {tag.kind} %}}"
        if tag.kind == "value":
            return f"{{{{ v[{self._number(tag, fields, shown)}] }}}}"
        return f"{{% {tag.kind} v[{self._number(tag, fields, asked)}] %}}"

    def _number(self, tag: Tag, fields: Fields, make: Callable[..., Slot]) -> int:
        """The slot of a tag: the same for the same words in the same language."""
        key = (make.__name__, repr(tag.node), fields.language, fields.names.row)
        if key not in self._numbers:
            self.slots.append(make(tag.node, fields))
            self._numbers[key] = len(self.slots) - 1
        return self._numbers[key]


def _alone(text: str, tags: list[Tag]) -> set[int]:
    """Return the offsets of the tags on whose line there is nothing but tags like if and endif."""
    blanked, branches = text, [tag for tag in tags if tag.kind not in ("value", "comment")]
    for tag in branches:
        blanked = blanked[: tag.offset] + " " * len(tag.text) + blanked[tag.end :]

    def line(tag: Tag) -> str:
        end = text.find("\n", tag.end)
        return blanked[text.rfind("\n", 0, tag.offset) + 1 : end if end >= 0 else None]

    return {tag.offset for tag in branches if not line(tag).strip()}


def number(match: re.Match[str]) -> int:
    """Return the number of a hidden tag from a match of WORD."""
    return int(match[1] or match[2])
