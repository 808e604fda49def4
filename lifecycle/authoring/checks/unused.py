"""What stands in the rulebook and nothing asks for: parameters, clauses, letters."""

from collections.abc import Iterator

from lifecycle.authoring.findings import Finding
from lifecycle.conditions.tree import Parameter, walk
from lifecycle.drafting import Library
from lifecycle.rulebook import Rulebook
from partner_lifecycle import Problem

__all__ = ["check_unused", "list_unused"]


def check_unused(rulebook: Rulebook) -> Iterator[Finding]:
    """Find parameters that no rule compares with."""
    used = {
        part.name
        for rule in rulebook.rules
        for part in walk(rule.when)
        if isinstance(part, Parameter)
    }
    for name in sorted(rulebook.parameters.keys() - used):
        file = rulebook.parameters[name].file
        what = f"no rule uses the parameter {name}"
        yield Finding(Problem(file, 1, 1, what, "use it or remove the file"), "unused-parameter")


def list_unused(rulebook: Rulebook, library: Library) -> Iterator[Finding]:
    """Yield clauses that nothing cites and letters that no rule asks for; both may be meant."""
    cited = {clause for rule in rulebook.rules for clause in rule.cite}
    cited |= {clause for each in rulebook.parameters.values() for clause in each.cite}
    cited |= {clause for letter in library.templates for clause in letter.cite}
    for clause in sorted(rulebook.clauses.keys() - cited):
        problem = Problem("rules/clauses.yaml", 1, 1, f"nothing cites {clause}")
        yield Finding(problem, "unused-clause")
    asked = {rule.then.draft for rule in rulebook.rules}
    for purpose in sorted(set(library.purposes) - asked):
        problem = Problem(f"templates/emails/{purpose}", 1, 1, f"no rule drafts {purpose}")
        yield Finding(problem, "unused-letter")
