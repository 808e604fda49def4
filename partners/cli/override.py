"""`partners override`: rules set aside for a partner, by whom, in what role and why."""

from datetime import datetime
from typing import Annotated

import typer

from partners.console import Json, print_listed, results

__all__ = ["app"]

app = typer.Typer(help="Rules set aside for a partner: add, withdraw, list.", no_args_is_help=True)
_COLUMNS = ("id", "partner", "rule_id", "by", "role", "reason", "until")


@app.command("add")
def add(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="Id of the record in the CRM, or a name.")],
    rule: Annotated[str, typer.Argument(help="Id or name of the rule.")],
    *,
    by: Annotated[str, typer.Option(help="Who answers for it.")],
    role: Annotated[str, typer.Option(help="In what role: the rule says which may.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day; without one, until it is withdrawn."),
    ] = None,
) -> None:
    """Set a rule aside for a partner, where the rule leaves room for it."""
    from partners.clock import utc_now
    from partners.job.overrides import NewOverride, add_override
    from partners.rulebook import load_rules
    from partners.store import open_store

    settings = context.obj.settings()
    rulebook = load_rules(settings)
    asked = NewOverride(by, role, reason, until.date() if until else None)
    with open_store(settings.store.url, create=False) as store:
        number = add_override(store, rulebook, partner, rule, asked=asked, now=utc_now())
    end = f"until {asked.until}" if asked.until else "until it is withdrawn"
    name = rulebook.find(rule).id
    results().print(f"Override {number}: {name} is set aside for {partner} {end}.")


@app.command("withdraw")
def withdraw(
    context: typer.Context,
    override: Annotated[int, typer.Argument(help="Number of the override.")],
    by: Annotated[str, typer.Option(help="Who withdraws it.")],
) -> None:
    """End an override: from the next run on the rule holds again."""
    from partners.clock import utc_now
    from partners.job.overrides import withdraw_override
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False) as store:
        withdraw_override(store, override, by, utc_now())
    results().print(f"Override {override} is withdrawn: from the next run on the rule holds again.")


@app.command("list")
def list_all(
    context: typer.Context,
    partner: Annotated[str | None, typer.Option(help="Only of this partner: id or name.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that ended, too.")] = False,
    json: Json = False,
) -> None:
    """List the overrides that are in force."""
    from partners.clock import utc_now
    from partners.job.overrides import list_overrides
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False, read_only=True) as store:
        found = list_overrides(store, utc_now().date(), partner, everything=everything)
    print_listed(found, "override", _COLUMNS, json=json)
