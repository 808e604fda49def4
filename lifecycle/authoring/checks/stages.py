"""Gaps between the stages: nobody should be left where no rule leads on, or out."""

from collections.abc import Iterator, Sequence

from lifecycle.authoring.findings import Finding
from lifecycle.authoring.possible import possible
from lifecycle.authoring.scope import AUDIENCES, is_at, is_of
from lifecycle.facts import STAGES
from lifecycle.rulebook import Rule, Rulebook
from partner_lifecycle import Problem

__all__ = ["check_stages"]

_FIRST, _LAST = STAGES[0], STAGES[-1]


def check_stages(rulebook: Rulebook) -> Iterator[Finding]:
    """Find stages that an audience cannot leave, cannot go on from, or never comes to."""
    moves = [rule for rule in rulebook.rules if rule.then.move_to]
    for stage in STAGES:
        ways = [rule for rule in moves if rule.applies_at(stage) and rule.then.move_to != stage]
        on = [rule for rule in ways if rule.then.move_to != _LAST]
        place = _place(rulebook, stage)
        if stuck := _without(ways, stage):
            what = f"no rule leads out of the stage {stage} for {stuck}"
            yield Finding(Problem(*place, what, "write a rule with move_to"), "no-way-out")
        elif stuck := _without(on, stage):
            what = f"no rule leads on from the stage {stage} for {stuck}, only to {_LAST}"
            yield Finding(Problem(*place, what, "write a rule with move_to"), "no-way-on")
        if stage != _FIRST and all(rule.then.move_to != stage for rule in moves):
            what = f"no rule leads to the stage {stage}"
            yield Finding(Problem(*place, what, "write a rule with move_to"), "never-reached")


def _without(ways: Sequence[Rule], stage: str) -> str:
    """Return the audiences for which none of the rules can hold at the stage."""
    stuck = [
        audience
        for audience in AUDIENCES
        if not any(possible([is_at(stage), is_of(audience), rule.when]) for rule in ways)
    ]
    return "anybody" if len(stuck) == len(AUDIENCES) else ", ".join(stuck)


def _place(rulebook: Rulebook, stage: str) -> tuple[str, int, int]:
    files = [rule.file for rule in rulebook.rules if rule.stage == stage]
    return (files[0] if files else f"rules/{stage}.yaml", 1, 1)
