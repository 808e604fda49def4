"""Write decisions down: what everybody may read, and what may be erased, to decide again by both.

The public part keeps facts as they were when the partner had come to rest; the other keeps those
that it hides, those as they were before, and all else that the decision was made from.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from lifecycle.conditions import Facts, fact_names
from lifecycle.deciding import Case, Decision, Episode, Move
from lifecycle.rulebook import Rulebook
from partners.ledger.personal import anchored_on_personal, personal_facts
from partners.ledger.texts import facts_text, fired_text, why_not_text, why_text
from partners.store import JsonText, canonical_json

__all__ = ["A_PERSON", "BASELINE", "Clerk", "Told", "record_person"]

A_PERSON = "a person"
"""Who set a stage in the CRM, as far as everybody may read."""
BASELINE = "baseline"
"""By whom a partner was taken over as it stood: no rule moved it, and no way on was looked for."""
_STOOD = ("stage", "since", "days_in_stage", "visit", "suspended", "set_from")
"""Facts that a decision changes."""
_ALWAYS = ("held", "since", "visit", "set_from")
"""What is told whether rules read it or not: the standing repeats it. `held` is no fact of rules:
a person set the stage, and rules leave it alone."""


class Told(NamedTuple):
    """What everybody may read of a decision, in the ledger's words."""

    stage_from: str
    stage_to: str
    suspended: bool
    fired: JsonText
    why: JsonText
    why_not: JsonText
    facts: JsonText


class Clerk:
    """Writes down decisions made by one rulebook, of which some rules may have been left out."""

    def __init__(self, rulebook: Rulebook, left_out: Sequence[str] = ()) -> None:
        self._left_out = sorted(left_out)
        read = {name for rule in rulebook.rules for name in fact_names(rule.when)}
        read |= {rule.once_per for rule in rulebook.rules if rule.once_per}
        self._plain = sorted({*read, *_ALWAYS} - personal_facts())
        self._personal = sorted(read & personal_facts())
        self._hidden = anchored_on_personal(rulebook.rules)

    def public(self, case: Case, decision: Decision, begun: Iterable[Episode] = ()) -> Told:
        """Return what everybody may read; `begun` are the episodes that began."""
        held = {"held": True} if case.still else {}
        moved = next((move for move in decision.moves if move.rule_id is not None), None)
        return Told(
            moved.stage_from if moved else decision.stage,
            decision.stage,
            decision.suspended,
            fired_text(decision.firings, begun, self._hidden),
            why_text(decision.reasons.values()),
            why_not_text(decision.why_not),
            facts_text({**decision.facts, **held}, self._plain, self._personal),
        )

    def private(self, case: Case, overrides: Sequence[Mapping[str, Any]] = ()) -> JsonText:
        """Return what the decision was made from, as far as the public part does not say it.

        `overrides` say who set which rules aside, and why.
        """
        kept = _known(case.facts, (*_STOOD, *self._personal))
        told: dict[str, Any] = {"facts": kept}
        if case.rows:
            told["rows"] = {
                kind: [_known(row, row) for row in of] for kind, of in case.rows.items()
            }
        if case.acted:
            told["acted"] = {rule: sorted(anchors) for rule, anchors in case.acted.items()}
        if case.person_moved is not None:
            told["moved_from"], told["by"] = case.person_moved, case.by
        if case.still:
            told["still"] = True
        if overrides:
            told["overrides"] = list(overrides)
        if self._left_out:
            told["left_out"] = self._left_out
        return JsonText(canonical_json(told))


def record_person(move: Move) -> JsonText:
    """Return who set a stage, to be erased when that must be."""
    return JsonText(canonical_json({"by": move.by}))


def _known(facts: Facts, names: Iterable[str]) -> Mapping[str, Any]:
    return {name: value for name in names if (value := facts.get(name)) is not None}
