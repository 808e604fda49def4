"""Finds the plug-ins that are installed beside this package, by their entry points.

A package says in its pyproject.toml:

    [project.entry-points."partner_lifecycle.plugins"]
    donor_care = "partners_donor_care:PLUGIN"
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from lifecycle.plugins import Plugin, PluginError, adding, plugins
from partner_lifecycle.names import did_you_mean

__all__ = ["GROUP", "find_plugins", "plugged_in", "rules_at"]

GROUP = "partner_lifecycle.plugins"
_RULES_OF = "plugin:"


@contextmanager
def plugged_in() -> Iterator[None]:
    """Put every installed plug-in in force until the context ends; raise PluginError."""
    with adding(find_plugins()):
        yield


def find_plugins() -> tuple[Plugin, ...]:
    """Return the installed plug-ins by name; raise PluginError for the first that is wrong."""
    entries = sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))
    if not entries:
        return ()
    from lifecycle.extending import check_plugin
    from partners.store import SCHEMAS

    _refuse_one_name(entries)
    found = tuple(map(_loaded, entries))
    for plugin in found:
        check_plugin(plugin, SCHEMAS)
    return found


def rules_at(place: Path | str) -> Path:
    """Return a folder of rules: `plugin:NAME` is that of a plug-in in force; raise PluginError."""
    name = str(place).removeprefix(_RULES_OF)
    if name == str(place):
        return Path(place)
    folders = {plugin.name: plugin.rules for plugin in plugins() if plugin.rules}
    if name in folders:
        return folders[name]
    known = ", ".join(sorted(folders)) or "none"
    raise PluginError(
        f"No installed plug-in {name} has a folder of rules.",
        where=str(place),
        remedy=did_you_mean(
            name, folders, f"plug-ins with rules: {known}", shown=_RULES_OF.__add__
        ),
    )


def _refuse_one_name(entries: list[EntryPoint]) -> None:
    for entry in entries:
        others = [each for each in entries if each.name == entry.name]
        if len(others) > 1:
            raise PluginError(
                f"{len(others)} plug-ins are named {entry.name}.",
                where="; ".join(map(_where, others)),
                remedy=f"keep one: pip uninstall {' or '.join(map(_package, others))}",
            )


def _loaded(entry: EntryPoint) -> Plugin:
    try:
        plugin = entry.load()
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise _refused(entry, f"cannot be imported: {said}") from error
    if not isinstance(plugin, Plugin):
        raise _refused(entry, f"is a {type(plugin).__name__}, and no Plugin of lifecycle.extending")
    if plugin.name != entry.name:
        raise _refused(entry, f"calls itself {plugin.name}: entry point and Plugin need one name")
    return replace(plugin, package=_package(entry), version=_version(entry), entry=_where(entry))


def _refused(entry: EntryPoint, what: str) -> PluginError:
    return PluginError(
        f"The plug-in {entry.name} {what}.",
        where=_where(entry),
        remedy=f"put it right, or take the package out: pip uninstall {_package(entry)}",
    )


def _where(entry: EntryPoint) -> str:
    return f"{_package(entry)} {_version(entry)}, entry point {entry.name} = {entry.value}"


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.module


def _version(entry: EntryPoint) -> str:
    return entry.dist.version if entry.dist else "of no known version"
