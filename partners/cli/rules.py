"""`partners rules`: list, check, test, explain, compare and print the rules."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from partners.cli import plugins, proving
from partners.console import Json, print_json, print_text, results, table
from partners.report_plugins import print_plugged

if TYPE_CHECKING:
    from lifecycle.drafting import Library
    from lifecycle.rulebook import Rulebook

__all__ = ["app"]

app = typer.Typer(
    help="The rules: list, check, prove, test, explain, compare, print.", no_args_is_help=True
)
app.command("prove")(proving.prove)
app.command("plugins")(plugins.list_plugins)
Folder = Annotated[
    Path | None,
    typer.Option(
        "--folder", help="Rules folder, or plugin:NAME (default: the one in the settings)."
    ),
]
_TITLE = "Partnerships by the rules"
_TO_BE_SEEN = 1
"""Exit code when the command did its work and a person must look."""


def _folder(context: typer.Context, folder: Path | None) -> Path:
    from partners.plugins import rules_at

    return rules_at(folder) if folder else context.obj.settings().rules_folder


def _rulebook(context: typer.Context, folder: Path | None) -> "Rulebook":
    from lifecycle.rulebook import load_rulebook

    return load_rulebook(_folder(context, folder))


def _library(context: typer.Context) -> "Library":
    from lifecycle.authoring import template_fields
    from lifecycle.drafting import load_templates

    return load_templates(context.obj.settings().templates_folder, template_fields())


def _day(text: str | None) -> date:
    from partners.clock import utc_now

    if text is None:
        return utc_now().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is not a day: write 2026-01-31") from error


@app.command("list")
def list_rules(context: typer.Context, folder: Folder = None, json: Json = False) -> None:
    """List every rule: where it applies, what it does, and the clause behind it."""
    rulebook = _rulebook(context, folder)
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
    print_plugged(results())


@app.command("check")
def check(
    context: typer.Context,
    folder: Folder = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 on any warning.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="List clauses and letters that nothing uses, too.")
    ] = False,
    json: Json = False,
) -> None:
    """Check rules, parameters, clauses and the templates they name; list mistakes and warnings."""
    from lifecycle.authoring import check_purposes, check_rulebook, list_unused
    from partners.clock import utc_now
    from partners.report_rules import finding_as_data, print_checked

    rulebook, library = _rulebook(context, folder), _library(context)
    check_purposes(rulebook, library)
    found = check_rulebook(rulebook, library, utc_now().date())
    notes = list(list_unused(rulebook, library)) if verbose else []
    if json:
        print_json([finding_as_data(each) for each in (*found, *notes)])
    else:
        print_plugged(results())
        print_checked(results(), rulebook, library, found, notes)
    if strict and found:
        raise typer.Exit(_TO_BE_SEEN)


@app.command("test")
def test(
    context: typer.Context,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help="Only cases of this rule; repeatable.")
    ] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Run the cases under examples/: facts on a day, and what must come of them."""
    from lifecycle.authoring import load_cases, run_cases
    from partners.report_rules import print_tested, result_as_data

    rulebook = _rulebook(context, folder)
    wanted = {rulebook.find(each).id for each in rule or ()}
    cases = load_cases(_folder(context, folder), rulebook)
    ran = run_cases(rulebook, [case for case in cases if not wanted or case.speaks_of(wanted)])
    if json:
        print_json([result_as_data(each) for each in ran])
    else:
        print_tested(results(), rulebook, ran, wanted)
    if any(not each.passed for each in ran):
        raise typer.Exit(_TO_BE_SEEN)


@app.command("explain")
def explain(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(help="Id or name of a rule.")],
    reading: Annotated[
        str, typer.Option("--as", help="words, or what an engine reads: durable, polars.")
    ] = "words",
    day: Annotated[
        str | None, typer.Option("--day", help="Day of the parameters, 2026-01-31; else today.")
    ] = None,
    folder: Folder = None,
) -> None:
    """Explain one rule in words, or print what the engines make of it."""
    from partners.report_rules import print_explained, reading_of

    rulebook = _rulebook(context, folder)
    found, on = rulebook.find(rule), _day(day)
    if reading == "words":
        print_explained(results(), rulebook, found, on)
    else:
        print_text(reading_of(reading)(found, rulebook.on(on)))


@app.command("docs")
def docs(
    context: typer.Context,
    into: Annotated[Path, typer.Argument(help="Folder to write to; made if it is missing.")],
    folder: Folder = None,
) -> None:
    """Write the rulebook as a handbook to read and print: index.html, nothing else needed."""
    from lifecycle.authoring import write_handbook
    from partners.clock import utc_now

    rulebook, library = _rulebook(context, folder), _library(context)
    house = context.obj.settings().house
    title = f"{house.say('name', 'en')}: partnerships by the rules" if house else _TITLE
    written = write_handbook(rulebook, library, utc_now().date(), into, title)
    results().print(
        f"{written}: {len(rulebook.rules)} rules, {len(rulebook.parameters)} parameters"
    )


@app.command("diff")
def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="Rules folder, or git:REVISION of the present one.")],
    new: Annotated[
        str | None, typer.Argument(help="The same; default: the folder in the settings.")
    ] = None,
    json: Json = False,
) -> None:
    """Compare two rulebooks over the whole mirror: who would be decided differently."""
    from dataclasses import asdict

    from lifecycle.rulebook import load_rulebook
    from partners.clock import utc_now
    from partners.job.comparing import compare_rulebooks
    from partners.report_rules import print_differences
    from partners.revisions import folder_at
    from partners.store import open_store

    settings = context.obj.settings()
    usual = settings.rules_folder
    with folder_at(old, usual) as before, folder_at(new or str(usual), usual) as after:
        books = load_rulebook(before), load_rulebook(after)
    with open_store(settings.store.url, create=False, read_only=True) as store:
        found = compare_rulebooks(store, *books, utc_now())
    if json:
        print_json(asdict(found))
    else:
        print_differences(results(), found)
