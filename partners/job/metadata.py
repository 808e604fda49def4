"""Whether the org has the fields that we write, asked before anything is decided."""

from collections.abc import Iterator, Mapping

from crm_sync.salesforce import Detail, Session
from partner_lifecycle.resources import deploy_command
from partners.errors import MetadataMissing
from partners.job.writeback import KEY_FIELD, STAGE_FIELD

__all__ = ["Locked", "check_metadata"]

Locked = Mapping[str, frozenset[str]]
"""By object: fields that we write and our user may not."""
_VITAL = frozenset({STAGE_FIELD, KEY_FIELD})
"""Without these nothing can be written once and over nobody's edit."""


def check_metadata(session: Session, written: Locked) -> Locked:
    """Return which of the fields that we write cannot be written now; the rest can do without.

    Raises MetadataMissing, naming every field, when the org lacks our metadata or the fields on
    which all hangs: each write would be refused, row by row, long after it was decided. Raises
    CrmError if the org cannot be asked.
    """
    seen = sorted(session.object_names() & written.keys())
    details = {each.name: each for each in session.details(seen)}
    locked = {name: frozenset(_locked(details.get(name), names)) for name, names in written.items()}
    lacking = [f"{name}.{field}" for name, fields in locked.items() for field in sorted(fields)]
    if any(fields & _VITAL for fields in locked.values()):
        raise MetadataMissing(
            f"The org lacks fields that we write, or does not let us: {', '.join(lacking)}.",
            where="the org's metadata, or the rights of its integration user",
            remedy=f"deploy our metadata ({deploy_command()}) and assign the permission set "
            "Partner_Lifecycle_Integration to that user; `partners doctor` tells what is missing",
        )
    return {name: fields for name, fields in locked.items() if fields}


def _locked(detail: Detail | None, fields: frozenset[str]) -> Iterator[str]:
    for name in fields:
        found = detail.fields.get(name) if detail else None
        if found is None or not (found.updateable or found.createable):
            yield name
