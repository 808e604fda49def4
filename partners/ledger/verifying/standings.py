"""Check the standings: each says what the partner's last decision said."""

from collections.abc import Iterator
from contextlib import closing

from sqlalchemy import Connection, text

from partners.ledger.findings import Finding, Row
from partners.ledger.stream import streamed

__all__ = ["check_standings"]

_EVERY = text(
    "SELECT s.partner_id, s.stage, s.since, s.visit, s.held, s.set_from, s.suspended, "
    "s.outcome_hash, s.updated_at, s.decision_id, d.partner_id AS owner, d.stage_to, "
    "d.suspended AS decided_suspended, d.outcome_hash AS decided_hash, d.decided_at, d.facts, "
    "(SELECT max(l.id) FROM decision AS l "
    "WHERE l.partner_id = s.partner_id AND l.kind = 'rules') AS last "
    "FROM standing AS s LEFT JOIN decision AS d ON d.id = s.decision_id ORDER BY s.partner_id"
)
_NONE = text(
    "SELECT DISTINCT d.partner_id FROM decision AS d WHERE NOT EXISTS "
    "(SELECT 1 FROM standing AS s WHERE s.partner_id = d.partner_id) ORDER BY d.partner_id"
)


def check_standings(connection: Connection) -> Iterator[Finding]:
    """Yield what no decision says, partner by partner."""
    with closing(streamed(connection, _EVERY)) as rows:
        for row in rows:
            if what := _wrong(row):
                day = str(row.updated_at)[:10]
                yield Finding("standing", what, row.decision_id, row.partner_id, day)
    for row in connection.execute(_NONE):
        yield Finding("standing", "the standing of this partner is gone", partner=row.partner_id)


def _wrong(row: Row) -> str:
    if row.owner is None:
        return "the standing names a decision that is not there"
    if row.owner != row.partner_id:
        return "the standing names a decision that is not this partner's"
    if row.decision_id != row.last:
        return f"the standing does not name the last decision, {row.last}"
    facts = str(row.facts)
    said = {
        "stage": row.stage == row.stage_to,
        "suspended": row.suspended == row.decided_suspended,
        "outcome_hash": row.outcome_hash == row.decided_hash,
        "updated_at": row.updated_at == row.decided_at,
        "since": f'"since":"{row.since}"' in facts,
        "held": bool(row.held) == ('"held":true' in facts),
        "set_from": _set_from(facts) == row.set_from,
        "visit": f'"visit":{row.visit}}}' in facts or f'"visit":{row.visit},' in facts,
    }
    wrong = [name for name, same in said.items() if not same]
    return f"the standing differs from its decision: {', '.join(wrong)}" if wrong else ""


def _set_from(facts: str) -> str | None:
    """Return the stage from which a person set the present one, as the decision's text has it."""
    _, found, rest = facts.partition('"set_from":"')
    return rest.partition('"')[0] if found else None
