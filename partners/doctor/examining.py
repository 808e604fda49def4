"""A whole examination: our metadata, our user's rights, the profile, the history of stages."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crm_sync.metadata import Field, read_custom_fields
from crm_sync.profiles import Profile
from crm_sync.salesforce import Session, quote
from partners.doctor.comparing import compare
from partners.doctor.finding import Finding, assign
from partners.doctor.history import keeps_history
from partners.doctor.needed import needed
from partners.doctor.rights import cannot_read, cannot_write, does_without

__all__ = ["Examined", "examine"]

_OBJECTS = "force-app/main/default/objects"


@dataclass(frozen=True)
class Examined:
    """What was found, as whom we looked, how many fields were compared, and what may be lacking."""

    username: str
    compared: int
    findings: tuple[Finding, ...]
    does_without: tuple[str, ...]


def examine(session: Session, profile: Profile, metadata: Path) -> Examined:
    """Compare an org with the metadata (the folder with `sfdx-project.json`) and the profile.

    Only reads. Raises CrmError, and MetadataError when our own files cannot be read.
    """
    wanted = _wanted(metadata)
    ours_to_write = needed(profile.appears)
    names = session.object_names()
    asked = sorted({*wanted, *ours_to_write, *profile.objects} & names)
    details = {each.name: each for each in session.details(asked)}
    username = _username(session)
    give_rights = assign(username)
    found = [*compare(wanted, details, give_rights)]
    ours = {*wanted, *(f"{name}.{field}" for name, fields in wanted.items() for field in fields)}
    found += cannot_write(ours_to_write, details, give_rights)
    found += cannot_read(profile, details, ours, give_rights)
    found += keeps_history(session, names)
    compared = sum(map(len, wanted.values()))
    return Examined(username, compared, tuple(found), tuple(does_without(profile, details)))


def _wanted(metadata: Path) -> Mapping[str, Mapping[str, Field]]:
    wanted: dict[str, dict[str, Field]] = {}
    for name, field in read_custom_fields(metadata / _OBJECTS):
        wanted.setdefault(name, {})[field.name] = field
    return wanted


def _username(session: Session) -> str:
    soql = f"SELECT Username FROM User WHERE Id = {quote(session.user_id)}"
    rows = [row for page in session.pages(soql) for row in page]
    return str(rows[0]["Username"]) if rows else session.user_id
