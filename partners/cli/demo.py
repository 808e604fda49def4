"""`partners demo`: the main job on a local org, with no account anywhere."""

from pathlib import Path
from typing import Annotated

import typer

from partners.console import Json, print_json, progress, results

__all__ = ["demo"]


def demo(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Option(help="Where store, org and drafts are left for you to look at.")
    ] = Path("demo-output"),
    partners: Annotated[int, typer.Option(min=20, max=100_000, help="How many.")] = 300,
    json: Json = False,
) -> None:
    """Run the main job twice on a local org with invented partners, and say what happened."""
    from partners.clock import utc_now
    from partners.demo.running import run_demo
    from partners.job.engines import say_who_stands_in
    from partners.report import print_demo

    settings = context.obj.settings()
    say_who_stands_in(settings.engine)
    shown = run_demo(settings, folder, partners, utc_now(), progress)
    if json:
        print_json(shown.as_data())
    else:
        print_demo(results(), shown)
