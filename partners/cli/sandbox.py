"""`partners sandbox`: the local org by itself, for any Salesforce client."""

from pathlib import Path
from typing import Annotated

import typer

from partners.console import Json, print_json, results

__all__ = ["app"]

app = typer.Typer(help="A local org that speaks Salesforce's APIs.", no_args_is_help=True)
Data = Annotated[
    Path | None, typer.Option("--data", help="File of the org, kept; default: in memory.")
]


@app.command("serve")
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 picks a free one.")] = 8642,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    data: Data = None,
    faults: Annotated[
        Path | None, typer.Option(help="Plan of faults (YAML): fail as a real org does.")
    ] = None,
) -> None:
    """Serve the org until Ctrl-C; say where it is and how to log in."""
    from partners.demo.org import serve_org

    serve_org(results(), host, port, data, faults)


@app.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="SQL dump, folder of CSVs, snowfakery output.")],
    data: Annotated[Path, typer.Option("--data", help="File of the org; made if missing.")],
    mapping: Annotated[
        Path | None, typer.Option(help="CumulusCI mapping of a dump (default: beside it).")
    ] = None,
    json: Json = False,
) -> None:
    """Load records into an org's file; list what was skipped, and why."""
    from dataclasses import asdict

    from partners.demo.org import load_into
    from partners.report import print_loaded

    report = load_into(data, file, mapping)
    if json:
        print_json(asdict(report))
    else:
        print_loaded(results(), report)


@app.command("fill")
def fill(
    data: Annotated[Path, typer.Option("--data", help="File of the org; made if missing.")],
    accounts: Annotated[int, typer.Option(min=0, help="How many.")] = 1_000_000,
    opportunities: Annotated[
        int, typer.Option(min=0, help="How many, spread over the accounts.")
    ] = 3_000_000,
) -> None:
    """Add very many invented records to an org's file, to measure with."""
    from partners.demo.org import fill_org

    fill_org(results(), data, accounts, opportunities)
