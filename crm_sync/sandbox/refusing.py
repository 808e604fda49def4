"""Refuse records within a call on purpose: what is set here holds for one call's thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count

from crm_sync.sandbox.errors import OrgError

__all__ = ["refuse_record", "refusing"]

_Plan = tuple[Iterator[int], int, OrgError]
_plan: ContextVar[_Plan | None] = ContextVar("refusing", default=None)


@contextmanager
def refusing(error: OrgError, every: int) -> Iterator[None]:
    """Refuse each `every`th record that is written within the block."""
    token = _plan.set((count(1), every, error))
    try:
        yield
    finally:
        _plan.reset(token)


def refuse_record() -> None:
    """Raise the planned OrgError when it is the next record's turn."""
    plan = _plan.get()
    if plan is not None:
        numbers, every, error = plan
        if next(numbers) % every == 0:
            raise error
