"""Check the episodes: each began with a decision, which says so itself."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from partners.ledger.findings import Finding, Row, of_decision, whole
from partners.ledger.personal import KNOWN
from partners.ledger.stream import Stream

__all__ = ["Episodes"]

_EVERY = text(
    "SELECT rule_id, subject, anchor, n, partner_id, at, COALESCE(decision_id, 0) AS decision_id "
    "FROM episode ORDER BY COALESCE(decision_id, 0), id"
)
Told = tuple[str, str, str, int]
"""Rule, subject, anchor and n."""


class Episodes:
    """Goes through the episodes as the decisions go by."""

    def __init__(self, connection: Connection) -> None:
        self._rows = Stream(connection, _EVERY)

    def of(self, decision: Row) -> Iterator[Finding]:
        """Compare the episodes of a decision with those that it says began."""
        due = _begun(str(decision.fired))
        for row in self._rows.while_(lambda row: whole(row.decision_id) <= decision.id):
            told = (row.rule_id, row.subject, row.anchor, row.n)
            hidden = (row.rule_id, row.subject, KNOWN, row.n)
            found = next((each for each in (told, hidden) if each in due), None)
            same = (row.decision_id, row.partner_id, row.at)
            if found and same == (decision.id, decision.partner_id, decision.decided_at):
                due.remove(found)
            else:
                yield _stray(row)
        for rule, subject, _, _ in due:
            what = f"the episode of {rule} for {subject} that began with it is gone or changed"
            yield of_decision(decision, what, "episode")

    def finish(self) -> Iterator[Finding]:
        """Name the episodes that are left: they belong to no decision."""
        yield from map(_stray, self._rows.while_(lambda _: True))

    def close(self) -> None:
        """Let go of the episodes that are left."""
        self._rows.close()


def _begun(fired: str) -> list[Told]:
    if '"n":' not in fired:
        return []
    try:
        told: list[dict[str, Any]] = json.loads(fired)
        return [(e["rule"], e["subject"], e["anchor"], e["n"]) for e in told if "n" in e]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []  # The chain says that it was changed.


def _stray(row: Row) -> Finding:
    what = f"an episode of {row.rule_id} for {row.subject} that no decision began as it stands here"
    return Finding("episode", what, row.decision_id or None, row.partner_id, str(row.at)[:10])
