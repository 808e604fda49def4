"""Check the rulebooks: the files of each one that decided are there, unchanged."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, text

from lifecycle.rulebook import digest_of, digest_with
from partners.ledger.verifying.findings import Finding
from partners.ledger.verifying.stream import streamed

__all__ = ["check_rulebooks"]

_EVERY = text("SELECT digest, layers, plugins FROM rulebook ORDER BY digest")


def check_rulebooks(connection: Connection, used: Iterable[str]) -> Iterator[Finding]:
    """Yield the rulebooks that were changed, and those of the used ones that are not kept."""
    kept = set()
    for row in streamed(connection, _EVERY, at_once=10):
        kept.add(row.digest)
        if not _unchanged(row):
            yield Finding("rulebook", f"the files of the rules {row.digest[:12]} were changed")
    for digest in sorted(set(used) - kept):
        yield Finding("rulebook", f"the files of the rules {digest[:12]} that decided are gone")


def _unchanged(row: Row[Any]) -> bool:
    try:
        digest = digest_of(json.loads(row.layers))
        return bool(digest_with(digest, json.loads(row.plugins)) == row.digest)
    except (ValueError, TypeError, AttributeError):
        return False
