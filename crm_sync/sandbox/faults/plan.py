"""A plan of faults: counts the calls that fit each of them and says what happens to one."""

import threading
from collections.abc import Iterable, Set
from fnmatch import fnmatchcase
from pathlib import Path
from random import Random
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm_sync.sandbox.faults.fault import Action, Fault, When
from partner_lifecycle.strict_yaml import read_yaml
from partner_lifecycle.validating import validate

__all__ = ["FaultPlan", "read_faults"]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    seed: int = 0
    faults: Annotated[tuple[Fault, ...], Field(strict=False)]


class FaultPlan:
    """Faults in the order in which they are tried; safe to use from several threads.

    The first one that meets a call decides. With the same seed and the same calls in the same
    order, the same happens.
    """

    def __init__(self, faults: Iterable[Fault] = (), seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._random = Random(seed)  # noqa: S311 - nobody must be unable to guess it
        self._faults: list[_Counted] = [_Counted(each) for each in faults]

    def add(self, fault: Fault) -> None:
        """Let a further fault happen from now on."""
        with self._lock:
            self._faults.append(_Counted(fault))

    def clear(self) -> None:
        """Let nothing happen any more."""
        with self._lock:
            self._faults.clear()

    def __bool__(self) -> bool:
        """Say whether anything may happen."""
        return bool(self._faults)

    def happened(self) -> int:
        """Return how many calls were met so far by the faults that are in the plan."""
        with self._lock:
            return sum(each.met for each in self._faults)

    def meet(self, method: str, path: str, objects: Set[str]) -> Action | None:
        """Return what happens to a call, if anything; `objects` are in lower case."""
        with self._lock:
            for each in self._faults:
                if _fits(each.fault.when, method, path, objects) and each.meets(self._random):
                    return each.fault.do
        return None


class _Counted:
    """A fault, the calls that fitted it and those that it met."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = 0
        self.met = 0

    def meets(self, random: Random) -> bool:
        self.seen += 1
        fault = self.fault
        chosen = (
            (fault.nth is None or self.seen in fault.nth)
            and (fault.every is None or self.seen % fault.every == 0)
            and (fault.chance is None or random.random() < fault.chance)
            and (fault.times is None or self.met < fault.times)
        )
        self.met += chosen
        return chosen


def read_faults(path: Path) -> FaultPlan:
    """Read a plan from a YAML file; raises Problems that say where and what to write instead."""
    document = read_yaml(path)
    plan = validate(_File, document)
    return FaultPlan(plan.faults, plan.seed)


def _fits(when: When, method: str, path: str, objects: Set[str]) -> bool:
    return (
        when.method in {None, method}
        and fnmatchcase(path, when.path)
        and (when.object is None or when.object.lower() in objects)
    )
