"""Check the rulebooks: the files of each one that decided are there, unchanged."""

from collections.abc import Iterable, Iterator
from contextlib import closing

from sqlalchemy import Connection

from partners.ledger.findings import Finding
from partners.ledger.rulebooks import KEPT, genuine
from partners.ledger.stream import streamed

__all__ = ["check_rulebooks"]


def check_rulebooks(connection: Connection, used: Iterable[str]) -> Iterator[Finding]:
    """Yield the rulebooks that were changed, and those of the used ones that are not kept."""
    kept = set()
    with closing(streamed(connection, KEPT, at_once=10)) as rows:
        for row in rows:
            kept.add(row.digest)
            if genuine(row) is None:
                what = f"the files of the rules {row.digest[:12]} were changed"
                yield Finding("rulebook", what)
    for digest in sorted(set(used) - kept):
        yield Finding("rulebook", f"the files of the rules {digest[:12]} that decided are gone")
