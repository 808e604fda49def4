"""What stands in the rulebook and nothing asks for: parameters, clauses, letters."""

from collections.abc import Iterator

from lifecycle.authoring.checks.carried import clause_problem
from lifecycle.authoring.findings import Finding
from lifecycle.authoring.indicators import load_indicators
from lifecycle.conditions import parameter_names
from lifecycle.drafting import Library
from lifecycle.rulebook import Rulebook
from partner_lifecycle import Problem

__all__ = ["check_unused", "list_unused"]


def check_unused(rulebook: Rulebook) -> Iterator[Finding]:
    """Find parameters that no rule compares with and no figure is measured by."""
    used = {name for rule in rulebook.rules for name in parameter_names(rule.when)}
    used |= {name for each in load_indicators(rulebook) for name in each.parameters}
    for name in sorted(rulebook.parameters.keys() - used):
        file = rulebook.parameters[name].file
        what = f"no rule or figure uses the parameter {name}"
        yield Finding(Problem(file, 1, 1, what, "use it or remove the file"), "unused-parameter")


def list_unused(rulebook: Rulebook, library: Library) -> Iterator[Finding]:
    """Yield clauses that nothing is to carry and letters that no rule asks for; both are meant."""
    for clause, text in sorted(rulebook.clauses.items()):
        if text.not_carried is not None:
            what = f"nothing carries {clause}: {text.not_carried}"
            yield Finding(clause_problem(rulebook, clause, what), "unused-clause")
    asked = {rule.then.draft for rule in rulebook.rules}
    for purpose in sorted(set(library.purposes) - asked):
        problem = Problem(f"templates/emails/{purpose}", 1, 1, f"no rule drafts {purpose}")
        yield Finding(problem, "unused-letter")
