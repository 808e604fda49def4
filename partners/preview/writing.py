"""The page: every letter in a frame of its own, on a phone and on a desk."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import jinja2
from babel import Locale

from partners.preview.looking import Card

__all__ = ["write_preview"]


def write_preview(cards: Sequence[Card], about: str, read_at: datetime | None, file: Path) -> None:
    """Write the page for letters of one purpose; `about` says for whom they were filled in.

    `read_at`: when the CRM was read for it.

    Raises OSError when the file cannot be written.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("partners.preview", "pages"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    audiences: dict[str, list[Card]] = {}
    for card in cards:
        audiences.setdefault(card.template.audience, []).append(card)
    text = environment.get_template("preview.html").render(
        purpose=cards[0].template.purpose,
        about=about,
        read_at=read_at,
        audiences=audiences,
        language=lambda code: Locale.parse(code).get_display_name("en"),
    )
    file.write_text(text, encoding="utf-8")
