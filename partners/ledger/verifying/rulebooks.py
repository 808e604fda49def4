"""Check the rulebooks: the files of each one that decided are there, unchanged."""

import json
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, text

from lifecycle.rulebook import digest_of
from partners.ledger.verifying.findings import Finding
from partners.ledger.verifying.stream import streamed

__all__ = ["check_rulebooks"]

_EVERY = text("SELECT digest, layers FROM rulebook ORDER BY digest")


def check_rulebooks(connection: Connection, used: Iterable[str]) -> Iterator[Finding]:
    """Yield the rulebooks that were changed, and those of the used ones that are not kept."""
    kept = set()
    for row in streamed(connection, _EVERY, at_once=10):
        kept.add(row.digest)
        if not _unchanged(row.digest, row.layers):
            yield Finding("rulebook", f"the files of the rules {row.digest[:12]} were changed")
    for digest in sorted(set(used) - kept):
        yield Finding("rulebook", f"the files of the rules {digest[:12]} that decided are gone")


def _unchanged(digest: str, layers: str) -> bool:
    try:
        return digest_of(json.loads(layers)) == digest
    except (ValueError, TypeError, AttributeError):
        return False
