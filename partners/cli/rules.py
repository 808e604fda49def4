"""`partners rules`: list, check, test, explain, compare and print the rules."""

from pathlib import Path
from typing import Annotated

import typer

from partners.cli import comparing, plugins, policy, proving
from partners.cli.policy import clauses_of
from partners.cli.rule_options import (
    Folder,
    Overlays,
    chosen_day,
    chosen_letters,
    chosen_rules,
)
from partners.console import TO_BE_SEEN, Json, print_json, print_text, results
from partners.report_plugins import print_plugged

__all__ = ["app"]

app = typer.Typer(
    help="The rules: list, check, prove, test, explain, compare, print.", no_args_is_help=True
)
app.command("prove")(proving.prove)
app.command("diff")(comparing.diff)
app.command("plugins")(plugins.list_plugins)
app.command("policy")(policy.policy)
_TITLE = "Partnerships by the rules"


@app.command("list")
def list_rules(
    context: typer.Context,
    folder: Folder = None,
    overlay: Overlays = None,
    json: Json = False,
) -> None:
    """List every rule: where it applies, what it does, and the clause behind it."""
    from partners.report_rules import print_listed, rule_as_data

    rulebook = chosen_rules(context, folder, overlay)
    if json:
        print_json(
            [rule_as_data(rule) for rule in sorted(rulebook.rules, key=lambda each: each.id)]
        )
    else:
        print_listed(results(), rulebook)
        print_plugged(results())


@app.command("check")
def check(
    context: typer.Context,
    *,
    folder: Folder = None,
    overlay: Overlays = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 on any warning.")] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", help="List clauses and letters that nothing uses, with the reason."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Check rules, clauses, invariants, figures and letters; list mistakes and warnings."""
    from lifecycle.authoring import (
        check_carried,
        check_purposes,
        check_rulebook,
        list_unused,
        load_indicators,
    )
    from partners.clock import utc_now
    from partners.report_rules import checked_as_data, print_checked

    rulebook, library = chosen_rules(context, folder, overlay), chosen_letters(context)
    check_purposes(rulebook, library)
    check_carried(rulebook, clauses_of(rulebook, library, load_indicators(rulebook)))
    found = check_rulebook(rulebook, library, utc_now().date())
    notes = list(list_unused(rulebook, library)) if verbose else []
    if json:
        print_json(checked_as_data(rulebook, (*found, *notes)))
    else:
        print_plugged(results())
        print_checked(results(), rulebook, library, found, notes)
    if strict and found:
        raise typer.Exit(TO_BE_SEEN)


@app.command("test")
def test(
    context: typer.Context,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help="Only cases of this rule; repeatable.")
    ] = None,
    folder: Folder = None,
    overlay: Overlays = None,
    json: Json = False,
) -> None:
    """Run the cases under examples/: facts on a day, and what must come of them."""
    from lifecycle.authoring import load_cases, run_cases
    from partners.report_cases import print_tested, result_as_data

    rulebook = chosen_rules(context, folder, overlay)
    wanted = {rulebook.find(each).id for each in rule or ()}
    cases = load_cases(rulebook)
    ran = run_cases(rulebook, [case for case in cases if not wanted or case.speaks_of(wanted)])
    if json:
        print_json([result_as_data(each) for each in ran])
    else:
        print_tested(results(), rulebook, ran, wanted)
    if any(each.failed for each in ran):
        raise typer.Exit(TO_BE_SEEN)


@app.command("explain")
def explain(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(help="Id or name of a rule.")],
    *,
    reading: Annotated[
        str, typer.Option("--as", help="words, or what an engine reads: durable, polars, z3.")
    ] = "words",
    day: Annotated[
        str | None, typer.Option("--day", help="Day of the parameters, 2026-01-31; else today.")
    ] = None,
    folder: Folder = None,
    overlay: Overlays = None,
) -> None:
    """Explain one rule in words, or print what the engines make of it."""
    from partners.report_rules import print_explained, reading_of

    rulebook = chosen_rules(context, folder, overlay)
    found, on = rulebook.find(rule), chosen_day(day)
    if reading == "words":
        print_explained(results(), rulebook, found, on)
    else:
        print_text(reading_of(reading)(found, rulebook.on(on)))


@app.command("docs")
def docs(
    context: typer.Context,
    into: Annotated[Path, typer.Argument(help="Folder to write to; made if it is missing.")],
    folder: Folder = None,
    overlay: Overlays = None,
) -> None:
    """Write the rulebook as a handbook to read and print: index.html, nothing else needed."""
    from lifecycle.authoring import write_handbook
    from partners.clock import utc_now
    from partners.folders import writing_to

    rulebook, library = chosen_rules(context, folder, overlay), chosen_letters(context)
    house = context.obj.settings().house
    title = f"{house.say('name', 'en')}: partnerships by the rules" if house else _TITLE
    with writing_to(into):
        written = write_handbook(rulebook, library, utc_now().date(), into, title)
    results().print(
        f"{written}: {len(rulebook.rules)} rules, {len(rulebook.parameters)} parameters"
    )
