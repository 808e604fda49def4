"""From a cell as other tools write it to a value as the org reads it."""

from typing import Any

from crm_sync.sandbox.schema import Field

__all__ = ["read_cell"]

_YES, _NO = frozenset({"1", "true", "yes"}), frozenset({"", "0", "false", "no"})
_NUMBERS = frozenset({"int", "double", "currency", "percent"})


def read_cell(field: Field, value: Any) -> Any:
    """Return the value; the org itself refuses what still does not fit the field."""
    text = "" if value is None else str(value).strip()
    if field.type == "boolean":
        return text.lower() in _YES if text.lower() in _YES | _NO else value
    if not text:
        return None
    if field.type in _NUMBERS:
        return text if isinstance(value, str) else value
    if field.type == "date":
        return text[:10]
    if field.type == "datetime":
        return text.replace(" ", "T", 1) if "T" in text or " " in text else f"{text}T00:00:00Z"
    return text
