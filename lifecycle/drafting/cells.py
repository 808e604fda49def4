"""Values as cells of a table that other programs read: spreadsheets, and those that merge mail."""

import re

__all__ = ["harmless"]

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_ANGLES = str.maketrans("<>", "‹›")
_TAG_BEGINS = re.compile(r"\{(?=[{%#])")


def harmless(value: object) -> str:
    """Return a cell in one line that is no formula, no tag of a page, and no tag of a template."""
    told = "" if value is None else str(value)
    line = "".join(c if c.isprintable() else " " for c in told).strip().translate(_ANGLES)
    cell = _TAG_BEGINS.sub("{ ", line)
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
