"""The commands and what they share: settings, logs, `--debug`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from partner_lifecycle import __version__
from partners.cli import (
    audit,
    demo,
    doctor,
    drafts,
    hits,
    jobs,
    outbox,
    override,
    rules,
    sandbox,
    settings,
    show,
    sync,
)
from partners.console import stopped

if TYPE_CHECKING:
    from partners.settings import Settings

__all__ = ["app", "debugging"]


class _Stoppable(TyperGroup):
    """Ends with a word when a person presses Ctrl-C, whatever command runs."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(stopped()) from None


app = typer.Typer(
    name="partners",
    cls=_Stoppable,
    help="Private-sector partnerships from your CRM: mirror, decide by policy, draft, write back.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def debugging() -> bool:
    """Return whether errors are to be shown with their traceback."""
    return "--debug" in sys.argv[1:]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"partner-lifecycle {__version__}")
        raise typer.Exit


@app.callback()
def _shared(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="Settings file (default: ./partners.toml).")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and all logs.")] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    from partners.plugins import plugged_in

    context.obj = _Shared(config, debug)
    context.with_resource(plugged_in())


class _Shared:
    """What every command gets: the settings, read when first asked for."""

    def __init__(self, config: Path | None, debug: bool) -> None:
        self.config = config
        self.debug = debug

    def settings(self, *, logs: bool = True) -> "Settings":
        """Read the settings and start the logs; raise SettingsError when they are broken.

        What logs nothing and is to be quick goes without them.
        """
        from partners.settings import load_settings

        found = load_settings(self.config)
        if logs:
            from partners.logs import configure_logging

            configure_logging("debug" if self.debug else found.log.level, found.log.format)
        return found


app.command("demo")(demo.demo)
app.command("run")(jobs.run)
app.command("baseline")(jobs.baseline)
app.command("sweep")(jobs.sweep)
app.command("show")(show.show)
app.command("doctor")(doctor.doctor)
app.add_typer(audit.app, name="audit")
app.add_typer(drafts.app, name="drafts")
app.add_typer(hits.app, name="hits")
app.add_typer(outbox.app, name="outbox")
app.add_typer(override.app, name="override")
app.add_typer(rules.app, name="rules")
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(settings.app, name="settings")
app.add_typer(sync.app, name="sync")
