"""Which facts are known together: an agreement with a status has an id, and is counted."""

from collections.abc import Hashable

from lifecycle.facts import fact_specs
from lifecycle.plugins import plugins

__all__ = ["counted_by", "known_with", "may_be_missing", "never_negative"]

_ALWAYS = frozenset(
    ["stage", "suspended", "since", "days_in_stage", "visit", "today", "partner.id", "row.id"]
)
_SAME_DAY = (
    ("gift.days_since_last", "gift.last_date"),
    ("agreement.days_left", "agreement.end_date"),
    ("diligence.days_valid", "diligence.valid_until"),
    ("verdict.days_valid", "verdict.valid_until"),
    ("touch.days_since_last", "touch.last_date"),
)
_ONE_ROW = ("agreement", "next_agreement", "contact", "diligence", "verdict", "parent")
"""Families that show one row: whatever is known of it, its id is."""


def may_be_missing(name: Hashable) -> bool:
    """Return whether a fact, or what is computed, has no value for some partners."""
    if not isinstance(name, str):
        return True
    spec = fact_specs().get(name)
    return name not in _ALWAYS and (spec is None or spec.default is None)


def known_with(name: Hashable) -> frozenset[Hashable]:
    """Return what is known whenever this is, itself among it."""
    if not isinstance(name, str):
        return frozenset([name])
    family = name.partition(".")[0]
    found: set[Hashable] = {name}.union(*(pair for pair in _SAME_DAY if name in pair))
    if family == "touch" and may_be_missing(name):
        found |= {"touch.last_date", "touch.days_since_last"}
    if family in _ONE_ROW and may_be_missing(name):
        found.add(f"{family}.id")
    return frozenset(found)


def counted_by(name: Hashable) -> str | None:
    """Return the number of rows that is not 0 when this fact is known."""
    if not isinstance(name, str):
        return None
    family = name.partition(".")[0]
    counter = f"{family}.count"
    # A plug-in's facts may come from several views: its count, if it has one, is of one of them.
    counts = counter in fact_specs() and family not in {plugin.name for plugin in plugins()}
    return counter if counts and may_be_missing(name) else None


def never_negative(name: Hashable) -> bool:
    """Return whether a fact is a number of rows."""
    spec = fact_specs().get(name) if isinstance(name, str) else None
    return spec is not None and spec.unit == "rows"
