"""A decision as the JSON text that the store keeps, put together from parts that come up again.

Partners are much alike: most conditions were told in the same words before.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from lifecycle.conditions import Value
from lifecycle.deciding import Firing, Reason, Seen, WhyNot
from partners.store import JsonText, canonical_json

__all__ = ["facts_text", "fired_text", "why_not_text", "why_text"]

_PRIVATE = ("contact.name", "contact.last_name", "contact.email", "partner.name")
_KNOWN = "known"
_PARTS = 50_000
"""Parts kept; each takes some hundred bytes."""


def fired_text(firings: Iterable[Firing]) -> JsonText:
    """Return the rules that fired, each with its subject and anchor."""
    return _list(_fired(each.rule_id, each.subject, each.anchor) for each in firings)


def why_text(reasons: Iterable[Reason]) -> JsonText:
    """Return the rules that spoke, each with its sentence, clauses and conditions."""
    return _list(
        f"{_because(each.because, each.cite)}"
        f'"conditions":{_list(map(_seen, each.conditions))},"rule_id":"{each.rule_id}"}}'
        for each in reasons
    )


def why_not_text(ways: Iterable[WhyNot]) -> JsonText:
    """Return the ways on that are barred, each with the conditions that do not hold."""
    return _list(
        f'{{"missing":{_list(map(_seen, each.missing))},'
        f'"rule_id":"{each.rule_id}","stage_to":"{each.stage_to}"}}'
        for each in ways
    )


def facts_text(facts: Mapping[str, Value], names: Iterable[str]) -> JsonText:
    """Return the facts of these names that are known. Of what names a person, only that it is."""
    kept = {name: value for name in names if (value := facts.get(name)) is not None}
    for name in _PRIVATE:
        if name in kept:
            kept[name] = _KNOWN
    return JsonText(canonical_json(kept))


def _list(parts: Iterable[str]) -> JsonText:
    return JsonText(f"[{','.join(parts)}]")


def _fired(rule_id: str, subject: str, anchor: str) -> str:
    return canonical_json({"rule": rule_id, "subject": subject, "anchor": anchor})


def _seen(seen: Seen) -> str:
    """Return a condition in words; its values stand among the decision's facts."""
    private = any(seen.values.get(name) is not None for name in _PRIVATE)
    return _told(seen.about, _KNOWN if private else seen.seen, seen.needed, seen.holds)


@lru_cache(_PARTS)
def _told(about: str, seen: str, needed: str, holds: bool) -> str:
    return canonical_json({"about": about, "seen": seen, "needed": needed, "holds": holds})


@lru_cache(_PARTS)
def _because(because: str, cite: tuple[str, ...]) -> str:
    """Return the beginning of a reason, without its brace at the end."""
    return canonical_json({"because": because, "cite": cite})[:-1] + ","
