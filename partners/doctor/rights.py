"""What our user may read and write, beside what we read and write."""

from collections.abc import Collection, Iterator, Mapping

from crm_sync.profiles import Profile
from crm_sync.salesforce import Detail
from partners.doctor.finding import Finding
from partners.doctor.needed import Needed

__all__ = ["cannot_read", "cannot_write", "does_without"]

# Asked of every object, though many objects have none of their own.
_NEVER_MISSED = frozenset({"SystemModstamp", "CreatedDate", "IsDeleted", "MasterRecordId"})
_CHOOSE = "Or choose the profile that fits the org, or list it there as `optional`."


def cannot_write(
    wanted: Mapping[str, Needed], details: Mapping[str, Detail], give_rights: str
) -> Iterator[Finding]:
    """Yield what our user sees and cannot fill or change, though we do."""
    for name, needed in wanted.items():
        detail = details.get(name)
        if detail is None:
            yield Finding(name, "is not there, or our user may not see it", give_rights)
            continue
        if needed.created and not detail.createable:
            yield Finding(name, "cannot be created by our user", give_rights)
        if needed.updated and not detail.updateable:
            yield Finding(name, "cannot be edited by our user", give_rights)
        for field in sorted(needed.created | needed.updated):
            found = detail.fields.get(field)
            if found is None:
                if not field.endswith("__c"):
                    yield Finding(f"{name}.{field}", "cannot be seen by our user", give_rights)
            elif field in needed.created and detail.createable and not found.createable:
                yield Finding(f"{name}.{field}", "cannot be filled by our user", give_rights)
            elif field in needed.updated and detail.updateable and not found.updateable:
                yield Finding(f"{name}.{field}", "cannot be edited by our user", give_rights)


def cannot_read(
    profile: Profile, details: Mapping[str, Detail], ours: Collection[str], give_rights: str
) -> Iterator[Finding]:
    """Yield what the profile reads and our user cannot; `ours` is told of elsewhere."""
    remedy = f"{give_rights}\n{_CHOOSE}"
    for place, found in _lacking(profile, details, optional=False):
        if place not in ours:
            yield Finding(place, found, remedy)


def does_without(profile: Profile, details: Mapping[str, Detail]) -> list[str]:
    """Return what the org has not and need not have by the profile: what it fills stays empty."""
    return [place for place, _ in _lacking(profile, details, optional=True)]


def _lacking(
    profile: Profile, details: Mapping[str, Detail], *, optional: bool
) -> Iterator[tuple[str, str]]:
    for name, fields in profile.objects.items():
        detail = details.get(name)
        if detail is None or not detail.readable:
            if profile.is_optional(name) == optional:
                yield name, "cannot be read by our user, or is not there"
            continue
        for field in fields:
            lacking = field not in detail.fields and field not in _NEVER_MISSED
            if lacking and profile.is_optional(name, field) == optional:
                yield f"{name}.{field}", "cannot be read by our user, or is not there"
