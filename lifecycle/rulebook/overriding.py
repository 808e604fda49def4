"""Rules that a person may set aside for a partner: by whom, and which nobody ever may.

An override is a fact, and a rule that may be set aside asks for it like for any other. So every
reading knows of overrides, and what is proved is proved whatever is set aside.
"""

from collections.abc import Iterator

from lifecycle.conditions import Node, ValueType, conjuncts
from lifecycle.conditions.tree import And, Call, Fact, Literal, Not, Or
from lifecycle.rulebook.errors import Mistakes
from lifecycle.rulebook.layering import Layered
from lifecycle.rulebook.model import ClauseText, RuleText
from lifecycle.rulebook.written import Written
from partner_lifecycle import Problem
from partner_lifecycle.names import did_you_mean
from partner_lifecycle.views import VIEWS

__all__ = ["LEVELS", "OVERRIDDEN", "aliases_of", "check_overrides", "unless_overridden"]

OVERRIDDEN = "override.rule_ids"
"""The fact that names the rules set aside for a partner."""
LEVELS = VIEWS["diligence"].columns["approval_level"].values
"""Who may set rules aside: the levels at which a due diligence is approved."""


def unless_overridden(written: Written[RuleText], when: Node) -> Node:
    """Return the condition of a rule, which does not hold where the rule is set aside."""
    if not written.text.override:
        return when
    aside = tuple(_set_aside(name) for name in (written.id, *aliases_of(written)))
    return And((*conjuncts(when), Not(aside[0] if len(aside) == 1 else Or(aside))))


def _set_aside(rule_id: str) -> Node:
    asked = (Fact(OVERRIDDEN, ValueType.TEXT), Literal(rule_id, ValueType.TEXT))
    return Call("contains", asked, ValueType.BOOLEAN)


def aliases_of(written: Written[RuleText]) -> tuple[str, ...]:
    """Return the ids the rule had before; what a replaced rule did under its own stays done."""
    before = aliases_of(written.below) if written.below else ()
    return tuple(dict.fromkeys((*before, *written.text.aliases)))


def check_overrides(whole: Layered, mistakes: Mistakes) -> None:
    """Complain of levels that do not exist, and of overrides that a cited clause forbids."""
    firm = {name for name, clause in whole.clauses.items() if _never(clause)}
    for rule in whole.rules.values():
        if rule.text.override:
            mistakes += _unknown_levels(rule)
            mistakes += _forbidden(rule, firm)


def _never(clause: Written[ClauseText]) -> bool:
    """Return whether any layer says so: an overlay cannot take it back."""
    return bool(clause.text.no_override or (clause.below and _never(clause.below)))


def _unknown_levels(rule: Written[RuleText]) -> Iterator[Problem]:
    for level in rule.text.override:
        if level not in LEVELS:
            remedy = did_you_mean(level, LEVELS, f"write one of {', '.join(LEVELS)}")
            yield rule.problem(("override",), f"{rule.id}: there is no level {level}", remedy)


def _forbidden(rule: Written[RuleText], firm: set[str]) -> Iterator[Problem]:
    cited = [clause for clause in rule.text.cite if clause in firm]
    if cited:
        what = f"{rule.id} cites {', '.join(cited)}, and nobody may set that aside"
        yield rule.problem(("override",), what, "leave out override")
