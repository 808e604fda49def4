"""Clauses that nothing carries, which must say why, and those that say so and are carried."""

from collections.abc import Iterable, Iterator

from lifecycle.authoring.policy.table import ClauseRow
from lifecycle.rulebook import Rulebook
from partner_lifecycle import Problem, Problems
from partner_lifecycle.strict_yaml import read_yaml

__all__ = ["check_carried", "clause_problem"]


def check_carried(rulebook: Rulebook, rows: Iterable[ClauseRow]) -> None:
    """Raise Problems for every clause whose `not_carried` is missing, or is there needlessly."""
    problems = list(_mistakes(rulebook, rows))
    if problems:
        raise Problems("clauses do not say what becomes of them", problems)


def _mistakes(rulebook: Rulebook, rows: Iterable[ClauseRow]) -> Iterator[Problem]:
    for row in rows:
        if not row.carried and row.text.not_carried is None:
            what = f"nothing carries {row.clause}"
            remedy = "cite it where it is carried out, or say why nothing does: `not_carried: ...`"
            yield clause_problem(rulebook, row.clause, what, remedy)
        elif row.carried and row.text.not_carried is not None:
            cited = (*row.rules, *row.parameters, *row.invariants, *row.letters, *row.indicators)
            what = f"{row.clause} says that nothing carries it, and is cited by {_few(cited)}"
            yield clause_problem(rulebook, row.clause, what, "take out `not_carried`")


def _few(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def clause_problem(rulebook: Rulebook, clause: str, what: str, remedy: str = "") -> Problem:
    """Return a problem at the place where a clause stands in the topmost layer that has it."""
    for layer in reversed(rulebook.layers):
        file = layer.folder / "clauses.yaml"
        if file.is_file():
            document = read_yaml(file, f"{layer.label}/{file.name}")
            if clause in document.data:
                return document.problem((clause,), what, remedy)
    raise KeyError(clause)
