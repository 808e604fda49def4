"""A letter as a message that mail programs open as not yet sent (`.eml`)."""

from collections.abc import Mapping
from typing import Any

from lifecycle.drafting import Draft, DraftRefused, House, to_eml

__all__ = ["eml_of"]


def eml_of(row: Mapping[str, Any], words: Mapping[str, Any], house: House, to: str | None) -> bytes:
    """Return the message: what a draft's row says of it, and its words as they would go out.

    `words` has subject, html and text. An address that is not one plain address is left out.
    """
    drawn = Draft(
        purpose=row["purpose"],
        audience=row["audience"],
        language=row["language"],
        kind=row["kind"],
        fell_back=False,
        subject=words["subject"],
        html=words["html"],
        text=words["text"],
        provenance=(),
    )
    try:
        return to_eml(drawn, house, letter=row["id"], to=to)
    except DraftRefused:
        return to_eml(drawn, house, letter=row["id"])
