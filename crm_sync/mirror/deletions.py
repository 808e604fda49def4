"""What the org says was deleted since last time, and up to which instant it has told everything."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from crm_sync.errors import CrmLimitReached, CrmRefused, CrmUnreadable
from crm_sync.mirror.kinds import instant_text

if TYPE_CHECKING:
    from crm_sync.salesforce import Description, Session

__all__ = ["Told", "ask_deleted"]

# The org cuts seconds, and refuses a span of less than a minute.
_SHORTEST = timedelta(minutes=2)
_KEPT = timedelta(days=14)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Told:
    """What an org told: Ids deleted, for good too; `settled` see mirror/cursor.py.

    `complete` is False where deletions may lie that it does not tell any more.
    """

    settled: str | None
    ids: tuple[str, ...] = ()
    complete: bool = True


def ask_deleted(
    session: "Session", description: "Description", since: str | None, late: timedelta
) -> Told:
    """Ask what was deleted since an instant of the org's (None: only what is settled).

    Its own clock counts, never ours. An object that keeps no such list is settled where no
    transaction that began before can still be open: `late` ago. Raises CrmUnreadable when the
    clock was set back so far that nothing can be told from stamps.
    """
    now = session.server_time
    if now is None:
        return Told(None)
    if not description.replicateable:
        return _in_order(Told(instant_text(now - late)), since, late)
    begin = datetime.fromisoformat(since) if since else now
    known = now - begin < _KEPT
    start = min(begin, now - _SHORTEST) if known else now - _SHORTEST
    try:
        deleted = session.deleted(description.name, start, now)
    except CrmRefused as error:
        if error.retryable or isinstance(error, CrmLimitReached):
            raise
        _log.warning("mirror.deletions_untold", object=description.name, code=error.code)
        return _in_order(Told(instant_text(now - late), complete=False), since, late)
    told = Told(instant_text(deleted.covered), deleted.ids if since else (), complete=known)
    return _in_order(told, since, late)


def _in_order(told: Told, since: str | None, late: timedelta) -> Told:
    """Return it as it is; where the org's clock was set back a little, from further back."""
    if since is None or told.settled is None or told.settled >= since:
        return told
    behind = datetime.fromisoformat(since) - datetime.fromisoformat(told.settled)
    if behind > max(late, _SHORTEST) * 2:
        raise CrmUnreadable(
            f"The org's clock is {behind} behind what it said before, so what changed cannot be "
            "told from its stamps. Nothing was read.",
            remedy="Wait until it has caught up, or read everything again: partners sync --full",
        )
    return told
