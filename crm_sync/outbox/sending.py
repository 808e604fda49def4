"""One batch on its way: a lost answer is cleared up, a call refused as a whole is taken apart."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog

from crm_sync.errors import CrmError, CrmLimitReached, CrmRefused, CrmUnreachable, CrmUnreadable
from crm_sync.outbox.verdicts import UNANSWERED
from crm_sync.outbox.writes import Delivery, Write

if TYPE_CHECKING:
    from crm_sync.salesforce import RowResult, Session

__all__ = ["Sender"]

_MOST_UNANSWERED = 3
_MOST_PARTS = 100
_REPEATS = 3
_log = structlog.get_logger(__name__)


class Sender:
    """Sends batches of one object and operation; has an answer for every write.

    After three batches in a row without an answer it raises what went wrong: the CRM is out of
    reach. CrmLimitReached and CrmLoginFailed end it at once.
    """

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._unanswered = 0
        self._parts_left = _MOST_PARTS

    def send(self, batch: Sequence[Write]) -> list[Delivery]:
        """Send one batch and return what became of each write, in their order."""
        try:
            deliveries = self._sent(batch)
        except CrmLimitReached:
            raise
        except CrmRefused as error:
            return self._refused(batch, error)
        except (CrmUnreachable, CrmUnreadable) as error:
            return self.unanswered(batch, error)
        self._unanswered = 0
        return deliveries

    def unanswered(self, batch: Sequence[Write], error: CrmError) -> list[Delivery]:
        """Return that nobody knows what became of writes; raise the error if that goes on."""
        self._unanswered += 1
        if self._unanswered == _MOST_UNANSWERED:
            raise error
        return failures(batch, UNANSWERED, str(error.what), retryable=True)

    def present(self, writes: Sequence[Write]) -> list[Delivery]:
        """Return the deliveries of rows to create that are in the CRM already."""
        if not writes:
            return []
        ids = {write.external_id: write for write in writes}
        found = self._session.lookup(writes[0].object, str(writes[0].external_id_field), ids)
        return [Delivery(ids[value].key, True, found[value]) for value in ids if value in found]

    def _sent(self, batch: Sequence[Write]) -> list[Delivery]:
        if batch[0].operation == "create":
            return self._created(batch)
        return list(map(_delivery, batch, self._call(batch)))

    def _created(self, batch: Sequence[Write]) -> list[Delivery]:
        """Create rows: what may have been made by a call without an answer is looked up first.

        The key is unique in the org, so a row made meanwhile is refused, never made twice.
        """
        done: dict[str, Delivery] = {}
        for repeat in range(_REPEATS):
            left = [write for write in batch if write.key not in done]
            try:
                answers = list(map(_delivery, left, self._call(left))) if left else []
            except (CrmUnreachable, CrmUnreadable):
                if repeat == _REPEATS - 1:
                    raise
                done |= {each.key: each for each in self.present(left)}
                continue
            done |= {each.key: each for each in answers}
            break
        twice = [each for each in batch if done[each.key].error_code == "DUPLICATE_VALUE"]
        done |= {each.key: each for each in self.present(twice)}
        return [done[write.key] for write in batch]

    def _call(self, batch: Sequence[Write]) -> "Sequence[RowResult]":
        first, rows = batch[0], [write.row for write in batch]
        match first.operation:
            case "update":
                results = self._session.update(first.object, rows)
            case "upsert":
                results = self._session.upsert(first.object, rows, str(first.external_id_field))
            case "create":
                results = self._session.insert(first.object, rows)
        failed = sum(not result.ok for result in results)
        _log.info("outbox.sent", object=first.object, rows=len(rows), failed=failed)
        return results

    def _refused(self, batch: Sequence[Write], error: CrmRefused) -> list[Delivery]:
        """Take apart a call that was refused as a whole: most often one row is to blame."""
        if error.retryable or len(batch) == 1 or self._parts_left <= 0:
            return failures(batch, error.code, error.what, retryable=error.retryable)
        _log.warning("outbox.call_refused", code=error.code, rows=len(batch))
        self._parts_left -= 2
        middle = len(batch) // 2
        return [*self.send(batch[:middle]), *self.send(batch[middle:])]


def failures(
    writes: Sequence[Write], code: str, message: str, *, retryable: bool
) -> list[Delivery]:
    """Return that writes did not arrive, all for one reason."""
    return [
        Delivery(
            write.key,
            False,
            write.record_id,
            error_code=code,
            message=message,
            retryable=retryable,
        )
        for write in writes
    ]


def _delivery(write: Write, result: "RowResult") -> Delivery:
    return Delivery(
        key=write.key,
        ok=result.ok,
        record_id=result.id or write.record_id,
        created=result.created or (result.ok and write.operation == "create"),
        error_code=result.code,
        message=result.message,
        retryable=result.retryable,
    )
