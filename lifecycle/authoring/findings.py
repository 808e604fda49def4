"""What a check found in rules that are valid, and yet perhaps not what their author meant."""

from dataclasses import dataclass
from typing import Literal

from lifecycle.rulebook import Rule
from lifecycle.rulebook.model import Accepted
from partner_lifecycle import Problem

__all__ = ["Finding", "Kind", "of_rule"]

Kind = (
    Accepted
    | Literal[
        "no-way-on",
        "no-way-out",
        "never-reached",
        "unused-parameter",
        "unused-clause",
        "unused-letter",
        "letter-needs-row",
        "unknown-clause",
        "accepts-nothing",
    ]
)


@dataclass(frozen=True, order=True)
class Finding:
    """One warning: where, what, what to do, and its kind; `rule_id` when it is about a rule."""

    problem: Problem
    kind: Kind
    rule_id: str | None = None

    def __str__(self) -> str:
        """Return the problem with its kind, by which a rule may accept it."""
        return str(self.problem).replace(self.problem.what, f"{self.problem.what} [{self.kind}]", 1)


def of_rule(rule: Rule, kind: Kind, what: str, remedy: str) -> Finding:
    """Return a finding at the place where a rule stands."""
    problem = Problem(rule.file, rule.line, 1, f"{rule.id} {what}", remedy)
    return Finding(problem, kind, rule.id)
