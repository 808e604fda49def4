"""Whether the org has the fields that we write, asked before anything is decided."""

from crm_sync.profiles import Appears
from crm_sync.salesforce import Session
from partners.errors import MetadataMissing
from partners.job.writeback import written

__all__ = ["check_metadata"]


def check_metadata(session: Session, appears: Appears) -> None:
    """Raise MetadataMissing, naming every field that the org lacks; CrmError if it cannot be asked.

    Without the fields each write would be refused, row by row, long after it was decided.
    """
    missing = []
    for name, fields in written(appears).items():
        has = session.describe(name).fields.keys()
        missing += [f"{name}.{field}" for field in sorted(fields - has)]
    if missing:
        raise MetadataMissing(
            f"The org lacks fields that we write: {', '.join(missing)}.",
            where="the org's metadata, or the rights of its integration user",
            remedy="deploy the folder salesforce/ (sf project deploy start) and give the "
            "integration user the right to edit these fields",
        )
