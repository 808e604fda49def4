"""Parts of a decision as the JSON text that the ledger keeps, made of parts that come up again.

Partners are much alike: most conditions were told in the same words before. Where a value may name
a person, the text says only that it is known.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from lifecycle.conditions import Value
from lifecycle.deciding import Episode, Firing, Reason, Seen, WhyNot
from partners.ledger.personal import KNOWN, personal_facts
from partners.store import JsonText, canonical_json

__all__ = ["facts_text", "fired_text", "why_not_text", "why_text"]

_PARTS = 50_000
"""Parts kept; each takes some hundred bytes."""


def fired_text(
    firings: Iterable[Firing], begun: Iterable[Episode], hidden: Collection[str]
) -> JsonText:
    """Return the rules that fired, each with its subject and anchor, and n if an episode began.

    The anchors of the rules in `hidden` may name a person.
    """
    numbers = {(each.firing.rule_id, each.firing.subject): each.n for each in begun}
    return _list(
        _fired(
            each.rule_id,
            each.subject,
            KNOWN if each.rule_id in hidden else each.anchor,
            numbers.get((each.rule_id, each.subject)),
        )
        for each in firings
    )


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


def facts_text(
    facts: Mapping[str, Value], plain: Iterable[str], personal: Iterable[str]
) -> JsonText:
    """Return the facts that are known: the plain ones as they are, of the others only that."""
    kept = {name: value for name in plain if (value := facts.get(name)) is not None}
    for name in personal:
        if facts.get(name) is not None:
            kept[name] = KNOWN
    return JsonText(canonical_json(kept))


def _list(parts: Iterable[str]) -> JsonText:
    return JsonText(f"[{','.join(parts)}]")


def _fired(rule_id: str, subject: str, anchor: str, n: int | None) -> str:
    told = {"rule": rule_id, "subject": subject, "anchor": anchor}
    return canonical_json(told if n is None else {**told, "n": n})


def _seen(seen: Seen) -> str:
    """Return a condition in words; its values stand among the decision's facts."""
    if personal_facts().isdisjoint(seen.values):
        return _told(seen.about, seen.seen, seen.needed, seen.holds)
    values = [seen.values[name] for name in personal_facts() & seen.values.keys()]
    known = [str(value) for value in values if value is not None]
    said = KNOWN if known else seen.seen
    # What is needed is the policy's words, but may be another fact's value.
    needed = KNOWN if any(value in seen.needed for value in known) else seen.needed
    return _told(seen.about, said, needed, seen.holds)


@lru_cache(_PARTS)
def _told(about: str, seen: str, needed: str, holds: bool) -> str:
    return canonical_json({"about": about, "seen": seen, "needed": needed, "holds": holds})


@lru_cache(_PARTS)
def _because(because: str, cite: tuple[str, ...]) -> str:
    """Return the beginning of a reason, without its brace at the end."""
    return canonical_json({"because": because, "cite": cite})[:-1] + ","
