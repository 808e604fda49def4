"""What a person changes in a drawn-up letter: kept as a difference, shown as one, put into HTML.

Only the letter itself is edited. Who signs, and the footer that says how to stop such letters,
stay as they were drawn up.
"""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

from lifecycle.drafting.errors import DraftRefused
from lifecycle.drafting.values import JOINERS

__all__ = [
    "SUBJECT",
    "Change",
    "Words",
    "difference",
    "edited",
    "edited_html",
    "moved",
    "shown_difference",
]

SUBJECT = "Subject: "
_LONGEST_SUBJECT = 160  # characters
_SIGNED = "-- "  # the line above the footer: editors like to take its space away
_DIRECTIONS = "\u2068\u2069\u200e\u200f"  # marks and isolates: none of them overrides letters
_LETTER = re.compile(r'(<td class="letter"[^>]*>)(.*?)(</td>)', re.DOTALL)
_BLOCK = re.compile(r"<(p|ul|ol|h2)\b.*?</\1>|<hr[^>]*>", re.DOTALL)
_GAP = re.compile(r"\n{3,}")
_PARAGRAPH = re.compile(r"<p\b[^>]*>")

Change = tuple[int, int, list[str]]
"""Lines from, up to (of what was drawn up), and what stands there instead."""


@dataclass(frozen=True)
class Words:
    """A letter as a person reads and edits it: subject and plain text."""

    subject: str
    text: str

    def __str__(self) -> str:
        """Return the file that a person edits: the subject's line, an empty one, the text."""
        return f"{SUBJECT}{self.subject}\n\n{self.text}"

    @classmethod
    def read(cls, written: str) -> "Words":
        """Return the words of an edited file, without characters that nobody sees.

        Raises DraftRefused where it does not begin with the subject, or says nothing.
        """
        lines = [_visible(line) for line in written.lstrip("\ufeff").splitlines()]
        subject, rest = (lines or [""])[0], _GAP.sub("\n\n", "\n".join(lines[1:])).strip()
        told = subject.removeprefix(SUBJECT).strip()
        if not subject.startswith(SUBJECT) or not told or not rest:
            what = f"An edited letter begins with a line `{SUBJECT}…`, an empty line, and its text."
            raise DraftRefused(what, "subject")
        if len(told) > _LONGEST_SUBJECT:
            what = f"The subject has {len(told)} characters; at most {_LONGEST_SUBJECT}."
            raise DraftRefused(what, "subject")
        return cls(told, rest + "\n")


def _visible(line: str) -> str:
    kept = JOINERS + _DIRECTIONS
    seen = "".join(c for c in line if unicodedata.category(c)[0] != "C" or c in kept).rstrip()
    return _SIGNED if seen == _SIGNED.rstrip() else seen


def difference(drawn: Words, changed: Words) -> list[Change]:
    """Return what a person changed, as lines of the drawn-up file that others replace."""
    before, after = str(drawn).split("\n"), str(changed).split("\n")
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [(i, j, after[k:n]) for tag, i, j, k, n in matcher.get_opcodes() if tag != "equal"]


def edited(drawn: Words, changes: Sequence[Change]) -> Words:
    """Return the words with a difference put in."""
    lines = str(drawn).split("\n")
    for first, end, instead in reversed(changes):
        lines[first:end] = instead
    subject, _, *text = lines
    return Words(subject.removeprefix(SUBJECT), "\n".join(text))


def moved(drawn: Words, redrawn: Words, changes: Sequence[Change]) -> list[Change] | None:
    """Return a difference as it fits a letter drawn up again; None where its lines are gone."""
    before, after = str(drawn).split("\n"), str(redrawn).split("\n")
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    kept = [(i, j, k - i) for tag, i, j, k, _ in matcher.get_opcodes() if tag == "equal"]
    fitted: list[Change] = []
    for first, end, instead in changes:
        shift = next((by for i, j, by in kept if i <= first and end <= j), None)
        if shift is None:
            return None
        fitted.append((first + shift, end + shift, instead))
    return fitted


def shown_difference(drawn: Words, changes: Sequence[Change]) -> str:
    """Return a difference as people read it: what went with `-`, what came with `+`."""
    before, after = str(drawn).split("\n"), str(edited(drawn, changes)).split("\n")
    return "\n".join(difflib.unified_diff(before, after, "drawn up", "edited", n=0, lineterm=""))


def edited_html(html: str, drawn: Words, changed: Words) -> str:
    """Return the page with the edited words: paragraphs left alone keep their form.

    Raises DraftRefused where the signature or the footer was edited, or the page has no letter.
    """
    letter = _LETTER.search(html)
    blocks = [match[0] for match in _BLOCK.finditer(letter[2])] if letter else []
    before, after = _paragraphs(drawn.text), _paragraphs(changed.text)
    rest = before[len(blocks) :]
    if letter is None or after[-len(rest) :] != rest or len(after) <= len(rest):
        what = "The signature and what follows it cannot be edited: it comes from the settings."
        raise DraftRefused(what, "signature")
    form = dict(zip(before, blocks, strict=False))
    opening = _PARAGRAPH.search(letter[2])
    pieces = [
        form.get(each) or _paragraph(each, opening[0] if opening else "<p>")
        for each in after[: -len(rest)]
    ]
    page = html[: letter.end(1)] + "\n" + "\n".join(pieces) + "\n" + html[letter.start(3) :]
    title = f"<title>{escape(drawn.subject)}</title>"
    return page.replace(title, f"<title>{escape(changed.subject)}</title>", 1)


def _paragraphs(text: str) -> list[str]:
    return [each.strip() for each in re.split(r"\n\s*\n", text.strip())]


def _paragraph(words: str, opening: str) -> str:
    return f"{opening}{'<br>'.join(str(escape(line)) for line in words.split(chr(10)))}</p>"
