"""What of a profile an org has: its objects and fields with their kinds, or what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_sync.errors import ProfileError
from crm_sync.mirror.kinds import Kind, kind_of
from crm_sync.profiles import Profile

if TYPE_CHECKING:
    from crm_sync.salesforce import Session
from partner_lifecycle.names import nearest

__all__ = ["Layout", "Present", "read_layout"]

Present = Mapping[str, Mapping[str, Kind]]


@dataclass(frozen=True)
class Layout:
    """`present`: object to field to kind. `names`: every object of the org. `notes`: what the org
    does not have and the profile says it may lack."""

    present: Present
    names: frozenset[str]
    notes: tuple[str, ...]


def read_layout(session: "Session", profile: Profile) -> Layout:
    """Ask the org what it has. Raises ProfileError that lists everything required but missing."""
    names = session.object_names()
    missing: list[str] = []
    notes: list[str] = []
    present: dict[str, Mapping[str, Kind]] = {}
    for name, fields in profile.objects.items():
        if name in names:
            kinds = _kinds(session, name)
            present[name] = {field: kinds[field] for field in fields if field in kinds}
            for field in fields:
                if field not in kinds:
                    text = f"{name}.{field}{_like(field, kinds)}"
                    _note(profile, (name, field), text, missing, notes)
        else:
            _note(profile, (name, None), f"{name}{_like(name, names)}", missing, notes)
    if missing:
        raise _incomplete(profile, missing)
    return Layout(present, names, tuple(notes))


def _kinds(session: "Session", name: str) -> dict[str, Kind]:
    described = session.describe(name).fields.items()
    kinds = {field: kind_of(type_name) for field, type_name in described}
    return {field: kind for field, kind in kinds.items() if kind is not None}


def _note(
    profile: Profile,
    place: tuple[str, str | None],
    text: str,
    missing: list[str],
    notes: list[str],
) -> None:
    name, field = place
    if not profile.is_optional(name, field):
        missing.append(text)
    elif field not in _NEVER_MISSED:
        notes.append(f"The org has no {text}; what it would fill stays empty.")


# Asked of every object, though many objects have none of their own.
_NEVER_MISSED = frozenset({"SystemModstamp", "CreatedDate", "IsDeleted", "MasterRecordId"})


def _like(word: str, known: Mapping[str, Kind] | frozenset[str]) -> str:
    close = nearest(word, known)
    return f" (it has {close})" if close else ""


def _incomplete(profile: Profile, missing: list[str]) -> ProfileError:
    return ProfileError(
        f"The org lacks what the profile {profile.name!r} needs: {', '.join(missing)}.",
        where=profile.name,
        remedy=(
            "Deploy the metadata in salesforce/ and give our user its permission set; or choose "
            "the profile that fits the org; or list what this org can do without as `optional`."
        ),
    )
