"""Check what decisions were made from: unchanged where it is, and gone only where it was erased."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from partners.ledger.appending import ERASURE
from partners.ledger.chain import sealed_by
from partners.ledger.findings import Finding, Row, of_decision

__all__ = ["Private"]

_TABLE = "decision_private"
_ERASED = text(
    "SELECT partner_id, max(id) AS last FROM decision WHERE kind = 'erasure' GROUP BY partner_id"
)
_STRAY = text(
    "SELECT decision_id FROM decision_private AS private "
    "WHERE NOT EXISTS (SELECT 1 FROM decision WHERE decision.id = private.decision_id) "
    "ORDER BY decision_id"
)


class Private:
    """Looks at the private row beside each decision."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._erased = {row.partner_id: row.last for row in connection.execute(_ERASED)}
        self.erased = self.erasures = 0

    def of(self, decision: Row) -> Iterator[Finding]:
        """Compare the private row with the digest that the decision keeps of it."""
        erased = decision.id < self._erased.get(decision.partner_id, 0)
        self.erasures += decision.kind == ERASURE
        if decision.recorded is None:
            self.erased += erased and decision.kind != ERASURE
            if decision.sealed and not erased:
                yield of_decision(
                    decision, "what it was made from is gone, and nobody had it erased", _TABLE
                )
        elif sealed_by(str(decision.salt), str(decision.recorded)) != decision.sealed:
            yield of_decision(decision, "what it was made from has been changed", _TABLE)
        elif erased:
            yield of_decision(decision, "what it was made from was erased, and is back", _TABLE)

    def finish(self) -> Iterator[Finding]:
        """Name the rows that belong to no decision."""
        for row in self._connection.execute(_STRAY):
            yield Finding(_TABLE, "a row of a decision that is not there", row.decision_id)
