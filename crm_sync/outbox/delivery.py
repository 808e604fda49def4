"""Delivers writes in as few calls as the CRM allows; safe to run again after any failure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from crm_sync.errors import CrmLimitReached, CrmRefused, CrmUnreachable, CrmUnreadable
from crm_sync.outbox.sending import Sender, failures
from crm_sync.outbox.verdicts import EARLIER_WAITS
from crm_sync.outbox.writes import Delivery, Write, waves
from crm_sync.salesforce import batches

if TYPE_CHECKING:
    from crm_sync.salesforce import Session

__all__ = ["Guard", "deliver"]

Guard = Callable[[Sequence[Write]], Collection[str]]
"""Asked just before writes of one object and operation go out, at most 2,000 of them: returns the
keys of those that must not. May raise CrmError; then none of them goes."""
_AT_ONCE = 2_000


def _nothing(_: Sequence[Write]) -> Collection[str]:
    return ()


def deliver(
    session: "Session",
    writes: Iterable[Write],
    *,
    guard: Guard = _nothing,
    doubtful: Collection[str] = (),
) -> Iterator[Delivery]:
    """Deliver the writes and return what became of each, as soon as its call is answered.

    One refusal keeps nothing else from being sent, save later writes to the same record. `doubtful`
    are keys of rows to create that may be there from an earlier attempt. Of what the guard keeps
    back nothing is returned. Raises CrmError when the CRM cannot be used any more; writes not yet
    returned may or may not have arrived, and delivering them again is safe: updates and upserts say
    the same twice, and a row is created only when none with its external id is there.
    """
    sender, stuck = Sender(session), set[tuple[str, str]]()
    for group in waves(writes):
        behind = [write for write in group if write.target in stuck]
        yield from failures(behind, EARLIER_WAITS, "An earlier write waits.", retryable=True)
        free = [write for write in group if write.target not in stuck]
        stuck |= {write.target for write in group}
        for start in range(0, len(free), _AT_ONCE):
            some = free[start : start + _AT_ONCE]
            targets = {write.key: write.target for write in some}
            for delivery in _guarded(sender, some, guard, doubtful):
                if delivery.ok:
                    stuck.discard(targets[delivery.key])
                yield delivery


def _guarded(
    sender: Sender, writes: Sequence[Write], guard: Guard, doubtful: Collection[str]
) -> Iterator[Delivery]:
    """Deliver what the guard lets through; where it cannot be asked, none of it goes."""
    try:
        kept = guard(writes)
        pending = [write for write in writes if write.key not in kept]
        present = sender.present(_doubtful(pending, doubtful))
    except CrmLimitReached:
        raise
    except CrmRefused as error:
        yield from failures(writes, error.code, error.what, retryable=error.retryable)
        return
    except (CrmUnreachable, CrmUnreadable) as error:
        yield from sender.unanswered(writes, error)
        return
    yield from present
    there = {each.key for each in present}
    pending = [write for write in pending if write.key not in there]
    for batch in batches([write.row for write in pending]):
        yield from sender.send([pending[position] for position in batch])


def _doubtful(writes: Sequence[Write], keys: Collection[str]) -> list[Write]:
    return [each for each in writes if each.operation == "create" and each.key in keys]
