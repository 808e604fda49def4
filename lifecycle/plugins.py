"""What plug-ins add to the rule language. Nothing is added unless somebody enters `adding(...)`.

Facts, functions and axioms ask here, so this file imports none of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from partner_lifecycle.errors import PartnerLifecycleError

if TYPE_CHECKING:
    from lifecycle.conditions.functions import Function
    from lifecycle.facts.table import Table

__all__ = ["Plugin", "PluginError", "adding", "plugins"]


class PluginError(PartnerLifecycleError):
    """A plug-in cannot be used as it is; nothing runs until it is put right or uninstalled."""


@dataclass(frozen=True, eq=False)
class Plugin:
    """What one package adds to the rule language, all of it under a name of its own.

    `facts` are tables named as the plug-in: their facts are `name.fact`. `functions` are called as
    `name.function(...)`. `axioms` are conditions that are true of every partner, each with its
    reason, for proofs. `rules` is a folder laid over the base rulebook by who wants it. `package`,
    `version` and `entry`, its entry point, are filled in when it is found.
    """

    name: str
    facts: tuple["Table", ...] = ()
    functions: Mapping[str, "Function"] = field(default_factory=dict)
    axioms: Mapping[str, str] = field(default_factory=dict)
    rules: Path | None = None
    package: str = ""
    version: str = ""
    entry: str = ""

    def __str__(self) -> str:
        """Return the name, with the package and version that it was installed from."""
        return f"{self.name} ({self.package} {self.version})" if self.package else self.name

    @property
    def named_functions(self) -> Mapping[str, "Function"]:
        """Return the functions by the names that rules call them by."""
        called = {f"{self.name}.{name}": each for name, each in self.functions.items()}
        return MappingProxyType(called)


_in_force: list[tuple[Plugin, ...]] = [()]
"""A stack, so that whoever adds plug-ins takes exactly those away again."""


def plugins() -> tuple[Plugin, ...]:
    """Return the plug-ins in force."""
    return _in_force[-1]


@contextmanager
def adding(more: Iterable[Plugin]) -> Iterator[None]:
    """Put plug-ins in force beside those that are, until the context ends; nothing is checked."""
    _in_force.append((*plugins(), *more))
    try:
        yield
    finally:
        _in_force.pop()
