"""All checks of a rulebook together, less the warnings that a rule accepts."""

from collections.abc import Iterator, Sequence
from datetime import date

from lifecycle.authoring.checks.circles import check_circles
from lifecycle.authoring.checks.letters import check_letters
from lifecycle.authoring.checks.missing import check_missing
from lifecycle.authoring.checks.never import check_never
from lifecycle.authoring.checks.precedence import check_precedence
from lifecycle.authoring.checks.stages import check_stages
from lifecycle.authoring.checks.times import check_times
from lifecycle.authoring.checks.unused import check_unused
from lifecycle.authoring.findings import Finding, of_rule
from lifecycle.drafting import Library
from lifecycle.rulebook import Rulebook

__all__ = ["check_rulebook"]


def check_rulebook(rulebook: Rulebook, library: Library, today: date) -> list[Finding]:
    """Return every warning about rules that load, in the order of the files.

    Raises ParameterTooEarly when a parameter has no value yet today.
    """
    found = [
        *check_never(rulebook, today),
        *check_precedence(rulebook),
        *check_circles(rulebook),
        *check_stages(rulebook),
        *check_missing(rulebook),
        *check_times(rulebook),
        *check_letters(rulebook, library),
        *check_unused(rulebook),
    ]
    accepted = {(rule.id, kind) for rule in rulebook.rules for kind in rule.accept}
    kept = [each for each in found if (each.rule_id, each.kind) not in accepted]
    return sorted([*kept, *_needless(rulebook, found)])


def _needless(rulebook: Rulebook, found: Sequence[Finding]) -> Iterator[Finding]:
    given = {(each.rule_id, each.kind) for each in found}
    for rule in rulebook.rules:
        for kind in rule.accept:
            if (rule.id, kind) not in given:
                what = f"accepts {kind}, and nothing of the kind is found"
                yield of_rule(rule, "accepts-nothing", what, "take it out of `accept`")
