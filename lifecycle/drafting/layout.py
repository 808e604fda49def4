"""The layout around every letter: where its pieces go, and what no mail may carry."""

import re

from lifecycle.drafting.errors import Mistake
from lifecycle.drafting.folder import PARTS
from lifecycle.drafting.names import did_you_mean
from lifecycle.drafting.reading import fields_of
from lifecycle.drafting.source import Source
from lifecycle.drafting.tags import Tag
from partner_lifecycle.errors import Problem

__all__ = ["PLACE", "check_layout", "place"]

PLACE = re.compile(r"qzx([a-z]+)xzq")
_TEXT_PLACES = (*PARTS, "body")
_HTML_PLACES = ("subject", "preheader", "language", "direction", *_TEXT_PLACES)
# Mail programs block or punish these, and a letter must be whole without the network.
_FORBIDDEN = re.compile(r"<(?:script|link|iframe|form|object|video|audio)\b|@import|url\(", re.I)
_IMAGE = re.compile(r"<img\b(?![^>]*\balt=)", re.IGNORECASE)


def place(tag: Tag) -> str | None:
    """Return the marker of a piece of the letter, None for any other tag. Raises Mistake."""
    name = next(fields_of(tag.node), "") if tag.node and tag.kind == "value" else ""
    group, _, piece = name.rpartition(".")
    if group != "letter":
        return None
    if piece not in _HTML_PLACES:
        raise Mistake(f"a letter has no {piece}", did_you_mean(piece, list(_HTML_PLACES)), at=piece)
    return f"qzx{piece}xzq"


def check_layout(html: Source, text: Source, problems: list[Problem]) -> None:
    """Add to `problems`: missing pieces, pictures without words, anything loaded or run."""
    for source, places in ((html, _HTML_PLACES), (text, _TEXT_PLACES)):
        for piece in places:
            if not re.search(rf"\{{\{{\s*letter\.{piece}\s*\}}\}}", source.text):
                what = f"the layout leaves out the letter's {piece}"
                problems.append(source.problem(0, what, f"write {{{{ letter.{piece} }}}}"))
    for found in _FORBIDDEN.finditer(html.text):
        what = f"{found[0]} has no place in a letter"
        problems.append(html.problem(found.start(), what, "write the style into <style>"))
    problems.extend(
        html.problem(found.start(), "a picture without words", 'add alt="…"')
        for found in _IMAGE.finditer(html.text)
    )
