"""What a rule acts once per: the key on which an action never happens twice."""

from lifecycle.conditions import Facts, Value
from lifecycle.deciding.decision import Firing
from lifecycle.rulebook import Rule

__all__ = ["anchor_of", "as_text", "firing_of"]


def anchor_of(rule: Rule, facts: Facts) -> str | None:
    """Return the value of the rule's `once_per`, else the stay in the stage; None if missing."""
    if rule.once_per is None:
        return f"visit {facts['visit']}"
    value = facts.get(rule.once_per)
    return None if value is None else as_text(value)


def as_text(value: Value) -> str:
    """Return an anchor as the sweep writes it too: Polars has `true` where Python has `True`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def firing_of(rule: Rule, facts: Facts) -> Firing | None:
    """Return the rule's firing on these facts; None when its anchor is missing: it does not act."""
    anchor = anchor_of(rule, facts)
    if anchor is None:
        return None
    return Firing(rule.id, _subject(rule, facts), anchor, facts)


def _subject(rule: Rule, facts: Facts) -> str:
    if rule.for_each is None:
        return str(facts["partner.id"])
    if rule.for_each == "contact":
        return f"{facts['partner.id']}/{facts['row.id']}"  # one person may stand under several
    return str(facts["row.id"])
