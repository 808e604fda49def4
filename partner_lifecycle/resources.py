"""Where the data that ships with the project lies: policy, words and CRM metadata.

An installed wheel carries the three folders inside this package; a checkout keeps them at its root,
where staff change them.
"""

import shlex
from pathlib import Path

from partner_lifecycle.errors import PartnerLifecycleError

__all__ = ["deploy_command", "metadata_folder", "rules_folder", "templates_folder"]

_PACKAGE = Path(__file__).resolve().parent


def rules_folder() -> Path:
    """Return the folder of the rulebook: stages, parameters, clauses."""
    return _shipped("rules")


def templates_folder() -> Path:
    """Return the folder of the templates, with `emails/` inside."""
    return _shipped("templates")


def metadata_folder() -> Path:
    """Return the folder of the metadata to deploy into a Salesforce org."""
    return _shipped("salesforce")


def deploy_command() -> str:
    """Return what an administrator types to bring our objects and fields into an org."""
    folder = shlex.quote(str(metadata_folder()))
    return f"cd {folder} && sf project deploy start --source-dir force-app"


def _shipped(name: str) -> Path:
    places = (_PACKAGE / "data" / name, _PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    raise PartnerLifecycleError(
        f"The folder {name!r} that ships with partner-lifecycle is missing.",
        where=" or ".join(str(place) for place in places),
        remedy="install partner-lifecycle again, or run it from a complete checkout",
    )
