"""Which facts are known together: an agreement with a status has an id, and is counted."""

from collections.abc import Mapping
from functools import cache

from lifecycle.facts import FactSpec, fact_specs

__all__ = ["counted_by", "known_with", "may_be_missing", "never_negative"]

_ALWAYS = frozenset(
    ["stage", "suspended", "since", "days_in_stage", "visit", "today", "partner.id", "row.id"]
)
_SAME_DAY = (
    ("gift.days_since_last", "gift.last_date"),
    ("agreement.days_left", "agreement.end_date"),
    ("diligence.days_valid", "diligence.valid_until"),
    ("touch.days_since_last", "touch.last_date"),
)
_ONE_ROW = ("agreement", "contact", "diligence", "parent")
"""Families that show one row: whatever is known of it, its id is."""


@cache
def may_be_missing(name: str) -> bool:
    """Return whether a fact has no value for some partners."""
    spec = _specs().get(name)
    return name not in _ALWAYS and (spec is None or spec.default is None)


@cache
def known_with(name: str) -> frozenset[str]:
    """Return the facts that are known whenever this one is, itself among them."""
    family = name.partition(".")[0]
    found = {name}.union(*(pair for pair in _SAME_DAY if name in pair))
    if family == "touch" and may_be_missing(name):
        found |= {"touch.last_date", "touch.days_since_last"}
    if family in _ONE_ROW and may_be_missing(name):
        found.add(f"{family}.id")
    return frozenset(found)


@cache
def counted_by(name: str) -> str | None:
    """Return the number of rows that is not 0 when this fact is known."""
    counter = f"{name.partition('.')[0]}.count"
    return counter if counter in _specs() and may_be_missing(name) else None


def never_negative(name: str) -> bool:
    """Return whether a fact is a number of rows."""
    spec = _specs().get(name)
    return spec is not None and spec.unit == "rows"


@cache
def _specs() -> Mapping[str, FactSpec]:
    return fact_specs()
