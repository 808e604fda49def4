"""What must be so of all layers together: every clause is listed, no conclusions in a circle."""

from collections.abc import Iterable, Iterator

from lifecycle.rulebook.errors import Mistakes
from lifecycle.rulebook.layering import Layered
from lifecycle.rulebook.model import ParameterText, RuleText
from lifecycle.rulebook.rule import Rule
from lifecycle.rulebook.strata import Circle, conclusions, in_strata
from lifecycle.rulebook.written import Written
from partner_lifecycle import Problem
from partner_lifecycle.names import did_you_mean

__all__ = ["check_circles", "check_citations"]


def check_citations(whole: Layered, mistakes: Mistakes) -> None:
    """Complain of every cited clause that no clauses.yaml lists."""
    for written, cited in _citing(whole):
        for unknown in (clause for clause in cited if clause not in whole.clauses):
            remedy = did_you_mean(unknown, whole.clauses, "add it to clauses.yaml")
            what = f"{written.id} cites {unknown}, which is not in clauses.yaml"
            mistakes.append(written.problem(("cite",), what, remedy))


def _citing(
    whole: Layered,
) -> Iterator[tuple[Written[RuleText] | Written[ParameterText], tuple[str, ...]]]:
    for rule in whole.rules.values():
        yield rule, rule.text.cite
    for parameter in whole.parameters.values():
        yield parameter, parameter.text.cite


def check_circles(rules: Iterable[Rule], mistakes: Mistakes) -> None:
    """Complain of conclusions that depend on one another."""
    rules = list(rules)
    try:
        in_strata(rules)
    except Circle as circle:
        drawing = {name: rule for rule in rules for name in conclusions(rule)}
        at = drawing[circle.names[0]]
        what = f"these conclusions go in a circle: {circle}"
        remedy = "let one of these rules ask for something else"
        mistakes.append(Problem(at.file, at.line, 1, what, remedy))
