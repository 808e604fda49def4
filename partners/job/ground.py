"""Whether the reason still stands for which a rule once acted: for a letter, or for a task.

It stands as long as the rule holds for the same subject and anchor, or, when the rule moved the
partner, as long as the partner stays where it led. It follows the rule to a new id, and the partner
into the one that took it in.
"""

from collections.abc import Mapping
from typing import Any

from lifecycle.deciding import Decision, Firing
from lifecycle.rulebook import Rulebook
from partners.job.episodes import living_subject

__all__ = ["as_it_is_called", "ground"]


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
