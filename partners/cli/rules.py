"""`partners rules`: list the rules, and check them before they decide anything."""

from pathlib import Path
from typing import Annotated

import typer

from partners.cli import proving
from partners.console import Json, print_json, results, table

__all__ = ["app"]

app = typer.Typer(help="The rules: list, check and prove them.", no_args_is_help=True)
app.command("prove")(proving.prove)
Folder = Annotated[
    Path | None, typer.Option("--folder", help="Rules folder (default: the one in the settings).")
]


@app.command("list")
def list_rules(context: typer.Context, folder: Folder = None, json: Json = False) -> None:
    """List every rule: where it applies, what it does, and the clause behind it."""
    from lifecycle.rulebook import load_rulebook

    settings = context.obj.settings()
    rulebook = load_rulebook(folder or settings.rules_folder)
    rows = [
        {
            "id": rule.id,
            "stage": rule.stage or "any",
            "name": rule.name,
            "does": ", ".join(
                f"{what} {value}" if isinstance(value, str) else what
                for what, value in rule.then.model_dump(exclude_none=True).items()
            ),
            "cite": ", ".join(rule.cite),
        }
        for rule in sorted(rulebook.rules, key=lambda rule: rule.id)
    ]
    if json:
        print_json(rows)
        return
    columns = ("id", "stage", "name", "does", "cite")
    cells = [[row[name] for name in columns] for row in rows]
    results().print(table(f"{len(rows)} rules", columns, cells))


@app.command("check")
def check(context: typer.Context, folder: Folder = None) -> None:
    """Check rules, parameters, clauses and the templates they name; list every mistake."""
    from lifecycle.drafting import load_templates
    from lifecycle.rulebook import load_rulebook
    from partners.job.running import check_purposes, template_fields

    settings = context.obj.settings()
    rulebook = load_rulebook(folder or settings.rules_folder)
    library = load_templates(settings.templates_folder, template_fields())
    check_purposes(rulebook, library)
    results().print(
        f"{len(rulebook.rules)} rules, {len(rulebook.parameters)} parameters, "
        f"{len(rulebook.clauses)} clauses, {len(library.purposes)} purposes: no mistakes."
    )
