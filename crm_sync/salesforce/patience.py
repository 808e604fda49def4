"""How often a call is tried again, and how long to wait before: by what went wrong, with jitter."""

from collections.abc import Callable

import structlog
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random,
)

from crm_sync.errors import CrmBusy, CrmError

__all__ = ["patient"]

_FIRST, _MOST = 0.5, 60.0
# A call too many at once waits for long calls of others to end.
_FIRST_WHEN_BUSY = 5.0
_jitter = wait_random(0, 1)
_log = structlog.get_logger(__name__)


def patient(
    retries: int, sleep: Callable[[float], None], wished: Callable[[], str | None]
) -> Retrying:
    """Return what repeats a call up to `retries` times while the reason passes.

    Waits double each time, and are spread so that programs that failed together do not come back
    together; `wished` is what the org asked for in its last answer (Retry-After, seconds).
    """

    def pause(state: RetryCallState) -> float:
        first = _FIRST_WHEN_BUSY if isinstance(_error_of(state), CrmBusy) else _FIRST
        backoff = min(first * 2.0 ** (state.attempt_number - 1), _MOST / 2)
        asked = wished() or ""
        asked_s = min(float(asked), _MOST) if _whole(asked) else 0.0
        return max(backoff * (1 + float(_jitter(state))), asked_s)

    return Retrying(
        sleep=sleep,
        stop=stop_after_attempt(retries + 1),
        wait=pause,
        retry=retry_if_exception(_passes),
        before_sleep=_note,
        reraise=True,
    )


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _passes(error: BaseException) -> bool:
    return isinstance(error, CrmError) and error.retryable


def _error_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _note(state: RetryCallState) -> None:
    error = _error_of(state)
    reason = type(error).__name__ if error else "rows_locked"
    _log.warning("crm.call_repeated", attempt=state.attempt_number, reason=reason)
