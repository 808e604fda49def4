"""The plug-ins without which a rulebook would decide otherwise."""

import hashlib
from collections.abc import Iterable, Sequence

from lifecycle.conditions import Node, fact_names, function_names
from lifecycle.plugins import Plugin, plugins

__all__ = ["digest_with", "relied_on", "versions_of"]


def relied_on(asking: Iterable[tuple[Node, str | None]]) -> tuple[Plugin, ...]:
    """Return the plug-ins in force that conditions, or the facts named beside them, speak of."""
    names = {name for when, anchor in asking for name in _names(when, anchor)}
    families = {name.partition(".")[0] for name in names}
    return tuple(plugin for plugin in plugins() if plugin.name in families)


def _names(when: Node, anchor: str | None) -> frozenset[str]:
    return fact_names(when) | function_names(when) | {anchor or ""}


def versions_of(added: Iterable[Plugin]) -> tuple[str, ...]:
    """Return plug-ins as `name==version`, in the order of their names."""
    return tuple(sorted(f"{plugin.name}=={plugin.version}" for plugin in added))


def digest_with(digest: str, versions: Sequence[str]) -> str:
    """Return the digest with the versions of plug-ins in it; without any, as it is."""
    if not versions:
        return digest
    return hashlib.sha256("\0".join([digest, *versions]).encode()).hexdigest()
