"""Which record a figure, a name or a day in a letter came from."""

from collections.abc import Mapping

__all__ = ["record_of"]

_LAST = "last_"


def record_of(field: str, facts: Mapping[str, object]) -> str | None:
    """Return the CRM's id of the record behind a field, None where it is not known.

    What is counted or summed over several records is the partner's.
    """
    group, _, name = field.rpartition(".")
    own = facts.get(f"{group}.last_id" if name.startswith(_LAST) else f"{group}.id")
    record = own if own is not None else facts.get("partner.id")
    return None if record is None else str(record)
