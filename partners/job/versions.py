"""A file that takes the place of one already in the CRM: sent as a new version of it."""

from collections.abc import Sequence
from dataclasses import replace

from crm_sync.outbox import Write
from crm_sync.salesforce import Session

__all__ = ["REPLACES", "as_versions"]

REPLACES = "ContentDocumentId"
"""In a write that waits: the version whose words are replaced. Its document is asked for when it is
sent: the CRM tells a file's document only once the file is there."""
_PLACE = "FirstPublishLocationId"


def as_versions(session: Session, writes: Sequence[Write]) -> list[Write]:
    """Return the writes with the documents of the files that they replace.

    Where a person has deleted the older file, the newer is a file of its own. Raises CrmError.
    """
    older = {str(write.fields[REPLACES]) for write in writes if REPLACES in write.fields}
    if not older:
        return list(writes)
    known = session.retrieve("ContentVersion", [REPLACES], older)
    documents = {version: row[REPLACES] for version, row in known.items()}
    return [_version(write, documents) if REPLACES in write.fields else write for write in writes]


def _version(write: Write, documents: dict[str, str]) -> Write:
    document = documents.get(str(write.fields[REPLACES]))
    unsaid = _PLACE if document else REPLACES
    fields = {name: value for name, value in write.fields.items() if name != unsaid}
    return replace(write, fields={**fields, REPLACES: document} if document else fields)
