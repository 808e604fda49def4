"""What the commands about rules have in common: which rules, on which day."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lifecycle.drafting import Library
    from lifecycle.rulebook import Rulebook

__all__ = ["Folder", "Overlays", "chosen_day", "chosen_letters", "chosen_rules"]

Folder = Annotated[
    Path | None,
    typer.Option("--folder", help="Rules folder, without overlays (default: as in the settings)."),
]
Overlays = Annotated[
    list[str] | None,
    typer.Option("--overlay", help="Folder of an overlay, instead of those set; repeatable."),
]


def chosen_rules(
    context: typer.Context, folder: Path | None, overlays: list[str] | None
) -> "Rulebook":
    """Load the rules of the settings, or those of the options."""
    from partners.rulebook import load_rules

    return load_rules(context.obj.settings(logs=False), folder, overlays)


def chosen_letters(context: typer.Context) -> "Library":
    """Load the letters of the settings."""
    from lifecycle.authoring import template_fields
    from lifecycle.drafting import load_templates

    return load_templates(context.obj.settings(logs=False).templates_folder, template_fields())


def chosen_day(text: str | None) -> date:
    """Return the day of an option; today without it."""
    from partners.clock import utc_now

    if text is None:
        return utc_now().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is not a day: write 2026-01-31") from error
