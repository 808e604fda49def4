"""`partners rules policy`: every clause of the policy, and what carries it."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partners.cli.rule_options import Folder, Overlays, chosen_letters, chosen_rules
from partners.console import TO_BE_SEEN, Json, counted, errors, print_json, print_text, results

if TYPE_CHECKING:
    from lifecycle.authoring import Case, ClauseRow, Indicator
    from lifecycle.drafting import Library
    from lifecycle.rulebook import Rulebook

__all__ = ["clauses_of", "policy"]


def clauses_of(
    rulebook: "Rulebook",
    library: "Library",
    indicators: "Iterable[Indicator]",
    cases: "Iterable[Case]" = (),
) -> "tuple[ClauseRow, ...]":
    """Return what carries each clause; raise RulebookError for invariants that cannot be read."""
    from lifecycle.authoring import clause_table
    from lifecycle.proving import load_invariants

    return clause_table(rulebook, library, load_invariants(rulebook), indicators, cases)


def policy(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="File to write, Markdown; without it the page is printed.")
    ] = None,
    folder: Folder = None,
    overlay: Overlays = None,
    json: Json = False,
) -> None:
    """Write the policy clause by clause: what carries each, and what nothing carries and why.

    Ends with 1 when something carries a clause and no case or proof tries it.
    """
    from lifecycle.authoring import check_carried, load_cases, load_indicators, policy_page

    rulebook, library = chosen_rules(context, folder, overlay), chosen_letters(context)
    indicators = load_indicators(rulebook)
    rows = clauses_of(rulebook, library, indicators, load_cases(rulebook))
    check_carried(rulebook, rows)
    page = policy_page(rulebook, library, rows, indicators)
    untried = [row.clause for row in rows if row.carried and not row.tested]
    if json:
        print_json([_as_data(row) for row in rows])
    elif file is None:
        print_text(page.rstrip("\n"))
    else:
        _write(file, page)
        carried = sum(row.carried for row in rows)
        results().print(f"{file}: {counted(len(rows), 'clause')}, {carried} carried", markup=False)
    if untried:
        said = f"No case or proof tries {', '.join(untried)}."
        errors().print(said, markup=False, soft_wrap=True)
        raise typer.Exit(TO_BE_SEEN)


def _as_data(row: "ClauseRow") -> dict[str, Any]:
    """Return a row as plain data, what the clause says beside what carries it."""
    carriers = {name: value for name, value in vars(row).items() if name != "text"}
    return {**carriers, **row.text.model_dump(exclude={"replaces"})}


def _write(file: Path, page: str) -> None:
    from partners.folders import writing_to

    with writing_to(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page, encoding="utf-8")
