"""What must be so of all layers together: every clause is listed, no conclusions in a circle."""

from collections.abc import Callable, Iterable, Iterator

from lifecycle.rulebook.errors import Mistakes
from lifecycle.rulebook.layering import Layered
from lifecycle.rulebook.rule import Rule
from lifecycle.rulebook.strata import Circle, conclusions, in_strata
from lifecycle.rulebook.unread import CLAUSES, Unread
from partner_lifecycle import Problem
from partner_lifecycle.names import did_you_mean
from partner_lifecycle.strict_yaml import Path as Place

__all__ = ["check_circles", "check_citations"]


def check_citations(whole: Layered, mistakes: Mistakes) -> None:
    """Complain of every cited clause that no clauses.yaml lists."""
    if (
        (whole.rules or whole.parameters)
        and not whole.clauses
        and CLAUSES not in mistakes.unread.files
    ):
        remedy = "write in it `S§1: {gist: …, document: …}` for each clause that rules cite"
        file = f"{whole.layers[0].label}/clauses.yaml"
        mistakes.append(Problem(file, 1, 1, "no clauses are listed", remedy))
        return
    for name, cited, problem in _citing(whole, mistakes.unread):
        for unknown in (clause for clause in cited if clause not in whole.clauses):
            if not mistakes.unread.holds_clause(unknown):
                remedy = did_you_mean(unknown, whole.clauses, "add it to clauses.yaml")
                what = f"{name} cites {unknown}, which is not in clauses.yaml"
                mistakes.append(problem(("cite",), what, remedy))


def _citing(
    whole: Layered, unread: Unread
) -> Iterator[tuple[str, Iterable[str], Callable[[Place, str, str], Problem]]]:
    """Yield what cites clauses: its name, the clauses, and how to complain of it."""
    for rule in whole.rules.values():
        yield rule.id, rule.text.cite, rule.problem
    for parameter in whole.parameters.values():
        yield parameter.id, parameter.text.cite, parameter.problem
    for broken in unread.rules:
        yield str(broken.part("id") or "a rule"), broken.cites, broken.problem


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
