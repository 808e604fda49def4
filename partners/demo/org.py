"""The local org as the command line uses it: served by itself, or filled from files."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from crm_sync.sandbox import (
    LoadReport,
    Org,
    OrgSettings,
    fill,
    load_file,
    load_schema,
    read_faults,
    serve,
)
from partner_lifecycle.resources import metadata_folder

__all__ = ["fill_org", "load_into", "serve_org"]


def serve_org(
    console: Console, host: str, port: int, data: Path | None, faults: Path | None = None
) -> None:
    """Serve an org until Ctrl-C; once it listens, say where and how to log in.

    Raises SandboxError when it cannot listen, or `data` is not the file of an org; Problems when
    the plan of faults cannot be used.
    """
    settings = OrgSettings()
    plan = None if faults is None else read_faults(faults)

    def say(url: str) -> None:
        lines = [
            f"A local org listens on {url} (Ctrl-C ends it).",
            f"  data            {data or 'in memory, gone when it ends'}",
            f"  username        {settings.username}",
            f"  password        {settings.password}",
            f"  security token  {settings.security_token}",
            f"  client id       {settings.client_id}",
            f"  client secret   {settings.client_secret}",
            f"  faults          {faults or 'none'}",
            "These open nothing else; change nothing here for real data.",
        ]
        console.print(Text("\n".join(lines)), soft_wrap=True)

    with Org(load_schema(metadata_folder()), path=data, settings=settings) as org:
        serve(org, host, port, faults=plan, listening=say)
        console.print("The local org has ended.")


def load_into(data: Path, file: Path, mapping: Path | None) -> LoadReport:
    """Load records from a file into the file of an org; raise SandboxError for what cannot be."""
    with Org(load_schema(metadata_folder()), path=data) as org:
        return load_file(org, file, mapping)


def fill_org(console: Console, data: Path, accounts: int, opportunities: int) -> None:
    """Add invented records to the file of an org; raise SandboxError when it is none."""
    with Org(load_schema(metadata_folder()), path=data) as org:
        fill(org, accounts, opportunities)
    console.print(
        f"Added {accounts:,} accounts and {opportunities:,} opportunities to {data}.",
        soft_wrap=True,
        highlight=False,
    )
