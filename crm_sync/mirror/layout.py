"""What of a profile an org has: its objects and fields with their kinds, or what is missing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_sync.errors import ProfileError
from crm_sync.mirror.drift import Kinds, Warned, moved
from crm_sync.mirror.kinds import kind_of
from crm_sync.profiles import Profile
from partner_lifecycle.names import nearest
from partner_lifecycle.resources import deploy_command

if TYPE_CHECKING:
    from crm_sync.salesforce import Description, Session

__all__ = ["Layout", "Present", "read_layout"]

Present = Mapping[str, Kinds]


@dataclass(frozen=True)
class Layout:
    """What to read, and what is to be told of it.

    `present`: object to field to kind, as it is read. `kept`: the same with the fields that the
    mirror still holds and does not read, as views see it. `names`: every object of the org.
    `notes`: what the org does not have and the profile says it may lack. `warnings`: how the org
    differs from what was mirrored.
    """

    present: Present
    kept: Present
    descriptions: Mapping[str, "Description"]
    names: frozenset[str]
    notes: tuple[str, ...]
    warnings: tuple[Warned, ...]


def read_layout(
    session: "Session", profile: Profile, stored: Present, *, anew: Collection[str]
) -> Layout:
    """Ask the org what it has. Raises ProfileError that lists everything required but missing.

    `stored`: the mirrored columns. What was mirrored once and is gone now is a warning, not an
    error. `anew`: objects that are read again, so that new types of their fields are taken.
    """
    names = session.object_names()
    asked = [name for name in profile.objects if name in names]
    descriptions = {each.name: each for each in session.describe_all(asked)}
    missing: list[str] = []
    notes: list[str] = []
    for name, fields in profile.objects.items():
        if name not in names:
            _note(profile, (name, None), f"{name}{_like(name, names)}", missing, notes)
            continue
        types = descriptions[name].fields
        for field in fields:
            if kind_of(types.get(field)) is None and field not in stored.get(name, {}):
                text = f"{name}.{field}{_why_not(field, types)}"
                _note(profile, (name, field), text, missing, notes)
    if missing:
        raise _incomplete(profile, missing)
    moves = []
    for name in asked:
        kinds, before = _kinds(descriptions[name], profile), _asked(profile, name, stored)
        moves.append(moved(name, kinds, before, anew=name in anew))
    return Layout(
        {each.name: each.read for each in moves},
        {each.name: each.kept for each in moves},
        descriptions,
        names,
        tuple(notes),
        tuple(warning for each in moves for warning in each.warnings),
    )


def _kinds(description: "Description", profile: Profile) -> Kinds:
    kinds = {
        field: kind_of(description.fields.get(field)) for field in profile.objects[description.name]
    }
    return {field: kind for field, kind in kinds.items() if kind is not None}


def _asked(profile: Profile, name: str, stored: Present) -> Kinds:
    """Return the columns that this profile reads: another one may share the mirror."""
    fields = profile.objects[name]
    return {field: kind for field, kind in stored.get(name, {}).items() if field in fields}


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


def _why_not(field: str, types: Mapping[str, str]) -> str:
    if field in types:
        return f" (of type {types[field]}, which is not mirrored: name its parts)"
    return _like(field, types)


def _like(word: str, known: Mapping[str, str] | frozenset[str]) -> str:
    close = nearest(word, known)
    return f" (it has {close})" if close else ""


def _incomplete(profile: Profile, missing: list[str]) -> ProfileError:
    return ProfileError(
        f"The org lacks what the profile {profile.name!r} needs: {', '.join(missing)}.",
        where=profile.name,
        remedy=(
            f"deploy our metadata ({deploy_command()}) and assign the permission set "
            "Partner_Lifecycle_Integration to our user; or choose the profile that fits the org; "
            "or list what this org can do without as `optional`. `partners doctor` tells it all"
        ),
    )
