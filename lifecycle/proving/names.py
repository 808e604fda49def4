"""What an invariant may speak of beside facts: where a sweep takes a partner, and what happens."""

from collections.abc import Mapping, Sequence

from lifecycle.conditions import Schema
from lifecycle.facts import STAGES, FactSpec, fact_specs
from lifecycle.rulebook import Rule, Rulebook
from lifecycle.rulebook.model import RuleText
from partner_lifecycle.views import ColumnType

__all__ = [
    "conclusion_specs",
    "invariant_schema",
    "invariant_specs",
    "outcome_specs",
    "purposes_of",
]

_TYPES = {bool: ColumnType.BOOLEAN, int: ColumnType.INTEGER, str: ColumnType.TEXT}
_AMBIGUOUS = ("stage", "suspended")
"""Facts that a sweep changes: an invariant says whether it means before or after."""


def outcome_specs(rulebook: Rulebook) -> dict[str, FactSpec]:
    """Return the names that a rulebook adds, by name, each with its meaning.

    What an overlay takes away may still be spoken of: it never happens.
    """
    because = {rule.id: rule.because for rule in _written(rulebook)}
    purposes = purposes_of(rulebook)
    booleans = {
        "suspended_before": "suspended before the sweep",
        "suspended_after": "suspended after the sweep",
        "moved": "some rule moves the partner",
        "drafted": "a letter goes out",
        "suspending": "a rule that suspends holds on the facts as they are",
        "resuming": "a rule that resumes holds on the facts as they are",
        "changes_again": "a second sweep over the same facts changes stage or suspension",
        **{f"entered.{stage}": f"a rule moves the partner to {stage}" for stage in STAGES},
        **{f"drafted.{purpose}": f"a letter goes out: {purpose}" for purpose in purposes},
        **{f"fired.{rule}": f"{rule} fires: {why}" for rule, why in because.items()},
    }
    stages = {
        "stage_before": "stage before the sweep",
        "stage_after": "stage after the sweep",
    }
    return {
        **conclusion_specs(rulebook),
        **{name: FactSpec(name, ColumnType.TEXT, of, values=STAGES) for name, of in stages.items()},
        **{name: FactSpec(name, ColumnType.BOOLEAN, of) for name, of in booleans.items()},
    }


def conclusion_specs(rulebook: Rulebook) -> dict[str, FactSpec]:
    """Return what rules conclude, or did before an overlay, where the sweep finds the partner."""
    drawn = {
        name: value for rule in _written(rulebook) for name, value in (rule.then.set or {}).items()
    }
    return {
        name: FactSpec(name, _TYPES[type(value)], "concluded where the sweep finds the partner")
        for name, value in drawn.items()
    }


def purposes_of(rulebook: Rulebook) -> list[str]:
    """Return the purposes of all letters that rules draft, or did before an overlay."""
    return sorted({rule.then.draft for rule in _written(rulebook) if rule.then.draft})


def _written(rulebook: Rulebook) -> Sequence[Rule | RuleText]:
    return (*rulebook.overlaid, *rulebook.rules)


def invariant_specs(rulebook: Rulebook) -> Mapping[str, FactSpec]:
    """Return everything that an invariant may speak of; facts are those before the sweep."""
    facts = {name: spec for name, spec in fact_specs().items() if name not in _AMBIGUOUS}
    return {**facts, **outcome_specs(rulebook)}


def invariant_schema(rulebook: Rulebook) -> Schema:
    """Return the types of everything that an invariant may speak of."""
    return {name: spec.type for name, spec in invariant_specs(rulebook).items()}
