"""Rules that can never hold: as they are written, or by what the parameters say on some day."""

from collections.abc import Iterator
from datetime import date

from lifecycle.authoring.findings import Finding, of_rule
from lifecycle.authoring.possible import possible
from lifecycle.authoring.scope import audiences_of, days_of_change, for_audience, is_of, where
from lifecycle.conditions import parameter_names
from lifecycle.rulebook import Rulebook

__all__ = ["check_never"]

_CONTRADICTION = "look for conditions on one fact that contradict one another, or another stage"


def check_never(rulebook: Rulebook, today: date) -> Iterator[Finding]:
    """Find rules that no partner can ever meet, with any parameters or with those in force."""
    days = [(day, rulebook.on(day)) for day in days_of_change(rulebook, today)]
    for rule in rulebook.rules:
        if not possible(where(rule)):
            yield of_rule(rule, "never-holds", "can never hold", _CONTRADICTION)
        elif names := sorted(parameter_names(rule.when)):
            for audience in audiences_of(rule):
                given = [is_of(audience), *where(rule)]
                lost = [d for d, on in days if not possible(given, for_audience(on, audience))]
                if lost:
                    what = f"can never hold for the audience {audience} from {lost[0]} on"
                    remedy = f"compare the values of {', '.join(names)}"
                    yield of_rule(rule, "never-holds", what, remedy)
