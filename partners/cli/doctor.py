"""`partners doctor`: is the org ready for us?"""

import typer

from partners.cli.jobs import crm_of
from partners.console import TO_BE_SEEN, Json, print_json, results

__all__ = ["doctor"]


def doctor(context: typer.Context, json: Json = False) -> None:
    """Compare the org with our metadata and the profile: what is missing, and how to mend it."""
    from dataclasses import asdict

    from crm_sync.salesforce import connect
    from partner_lifecycle.resources import metadata_folder
    from partners.doctor import examine
    from partners.profile import profile_of
    from partners.report_doctor import print_examined

    settings = context.obj.settings()
    profile = profile_of(settings)
    session = connect(crm_of(settings))
    examined = examine(session, profile, metadata_folder())
    print_json(asdict(examined)) if json else print_examined(results(), examined)
    raise typer.Exit(TO_BE_SEEN if examined.findings else 0)
