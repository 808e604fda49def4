"""The org's allowance of API calls: what every answer says of it, and what is kept for people."""

import re
from dataclasses import dataclass

from crm_sync.errors import CrmLimitReached

__all__ = ["Allowance", "ApiUsage", "read_usage"]

# `api-usage=10018/100000; api-bursts=1/750`, or `…; per-app-api-usage=17/250(appName=x)`
_PART = re.compile(r"(?<![\w-])([a-z][a-z-]*)\s*=\s*(\d+)\s*/\s*(\d+)", re.IGNORECASE)
_WHOLE, _OF_APP = "api-usage", "per-app-api-usage"


@dataclass(frozen=True)
class ApiUsage:
    """API calls in the last 24 hours, and how many may be made."""

    used: int
    total: int

    @property
    def left(self) -> int:
        """Return how many calls may still be made."""
        return max(self.total - self.used, 0)


def read_usage(header: str) -> dict[str, ApiUsage]:
    """Return what a limits header says, by its names; what is no usage is left out."""
    found = _PART.findall(header)
    return {name.lower(): ApiUsage(int(used), int(total)) for name, used, total in found}


class Allowance:
    """The ledger of calls: reading, bulk jobs and writing back all spend from it.

    `reserve_percent` of the org's calls is left to people and other programs. The org counts the
    calls of everybody, so what it says last is what holds.
    """

    def __init__(self, reserve_percent: float) -> None:
        self._reserve = reserve_percent / 100
        self._said: dict[str, ApiUsage] = {}

    @property
    def usage(self) -> ApiUsage | None:
        """Return what the org last said of all its calls; None before it has."""
        return self._said.get(_WHOLE)

    @property
    def left(self) -> int | None:
        """Return how many calls we may still make; None when the org has not said."""
        known = [each.left for each in [self._said.get(_OF_APP)] if each]
        if self.usage:
            known.append(max(self.usage.left - round(self.usage.total * self._reserve), 0))
        return min(known, default=None)

    def note(self, header: str | None) -> None:
        """Note the limits header of an answer."""
        if header:
            self._said.update(read_usage(header))

    def spend(self, where: str) -> None:
        """Raise CrmLimitReached when a call more would touch what is kept for people."""
        if self.left != 0:
            return
        usage = self.usage or self._said[_OF_APP]
        raise CrmLimitReached(
            f"Of the org's {usage.total} API calls a day {usage.used} are used, and the rest is "
            "kept for people and other programs.",
            code="RESERVE_REACHED",
            where=where,
            remedy="Nothing is lost: run again when calls are free (24 hours roll on), or set "
            "crm.reserve_percent lower.",
        )
