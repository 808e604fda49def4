"""Whether the reason still stands for which a rule once acted: for a letter, or for a task.

It stands as long as the rule holds for the same subject and anchor, or, when the rule moved the
partner, as long as the partner stays where it led. It follows the rule to a new id, and the partner
into the one that took it in.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, column

from lifecycle.deciding import Decision, Firing
from lifecycle.rulebook import Rulebook
from partners.job.episodes import living_subject
from partners.store import read_aliases

__all__ = ["as_it_is_called", "ground", "rows_of"]


def rows_of(
    connection: Connection,
    query: Select[Any],
    partner_ids: Iterable[str],
    rulebook: Rulebook,
    stopped: Collection[str],
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that a query finds for some partners and those merged into them, by partner.

    Rows of rules that are stopped are left out.
    """
    aliases, living = read_aliases(connection), set(partner_ids)
    named = [*living, *(old for old, new in aliases.items() if new in living)]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(query.where(column("partner_id").in_(named))):
        called = as_it_is_called(dict(row._mapping), rulebook, aliases)
        if called["rule_id"] not in stopped:
            found.setdefault(called["partner_id"], []).append(called)
    return found


def as_it_is_called(
    row: Mapping[str, Any], rulebook: Rulebook, aliases: Mapping[str, str]
) -> dict[str, Any]:
    """Return a row with the present names of its partner, its rule and its subject."""
    occasion = row["occasion"] or {}
    return {
        **row,
        "partner_id": aliases.get(row["partner_id"], row["partner_id"]),
        "rule_id": rulebook.renamed.get(row["rule_id"], row["rule_id"]),
        "occasion": {**occasion, "subject": living_subject(str(occasion.get("subject")), aliases)},
    }


def ground(decision: Decision, row: Mapping[str, Any], rulebook: Rulebook) -> Firing | None:
    """Return the firing that a row rests on, None when its reason has gone."""
    rule = rulebook.by_id.get(row["rule_id"])
    occasion = row["occasion"]
    subject, anchor = occasion.get("subject"), occasion.get("anchor")
    for firing in decision.firings:
        told = (firing.rule_id, firing.subject, firing.anchor)
        if told == (row["rule_id"], subject, anchor):
            return firing
    led_here = rule is not None and rule.then.move_to == decision.stage
    if led_here and not decision.moves:
        return Firing(row["rule_id"], str(subject), str(anchor), decision.facts)
    return None
