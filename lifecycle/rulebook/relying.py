"""The plug-ins without which a rulebook would decide otherwise."""

import hashlib
from collections.abc import Iterable

from lifecycle.conditions import fact_names, function_names
from lifecycle.plugins import Plugin, plugins
from lifecycle.rulebook.rule import Rule

__all__ = ["relied_on", "sealed_with"]


def relied_on(rules: Iterable[Rule]) -> tuple[Plugin, ...]:
    """Return the plug-ins in force whose facts or functions some rule asks."""
    asked = {name.partition(".")[0] for rule in rules for name in _names(rule)}
    return tuple(plugin for plugin in plugins() if plugin.name in asked)


def _names(rule: Rule) -> frozenset[str]:
    return fact_names(rule.when) | function_names(rule.when) | {rule.once_per or ""}


def sealed_with(digest: str, relied: Iterable[Plugin]) -> str:
    """Return the digest with these plug-ins in it, name and version; as it is without any."""
    versions = sorted(f"{plugin.name}=={plugin.version}" for plugin in relied)
    return (
        hashlib.sha256("\0".join([digest, *versions]).encode()).hexdigest() if versions else digest
    )
