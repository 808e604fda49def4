"""What `partners rules` prints of plug-ins: who they are and what they add."""

from typing import TYPE_CHECKING, Any

from lifecycle.plugins import Plugin, plugins
from partners.console import counted, table

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["plugin_as_data", "print_plugged", "print_plugins"]


def print_plugged(console: "Console") -> None:
    """Print one line for each plug-in in force; nothing without any."""
    for plugin in plugins():
        said = f"With the plug-in {plugin}: {_summary(plugin)}."
        console.print(said, markup=False, soft_wrap=True)


def _summary(plugin: Plugin) -> str:
    facts = sum(len(table.facts) for table in plugin.facts)
    counts = {"fact": facts, "function": len(plugin.functions), "axiom": len(plugin.axioms)}
    said = [counted(count, noun) for noun, count in counts.items() if count]
    return ", ".join([*said, *(["a folder of rules"] if plugin.rules else [])]) or "nothing"


def print_plugins(console: "Console") -> None:
    """Print everything that plug-ins add, for who writes rules."""
    for plugin in plugins():
        data = plugin_as_data(plugin)
        rows = [[fact["name"], fact["meaning"], fact["unit"]] for fact in data["facts"]]
        rows += [[each["call"], each["meaning"], each["gives"]] for each in data["functions"]]
        console.print(table(str(plugin), ("name", "meaning", "unit or type"), rows))
        if plugin.rules:
            console.print(f"Rules: plugin:{plugin.name} ({plugin.rules})", soft_wrap=True)
    if not plugins():
        console.print("No plug-in is installed. How to write one: docs/extending.md")


def plugin_as_data(plugin: Plugin) -> dict[str, Any]:
    """Return what a plug-in adds as plain data."""
    return {
        "name": plugin.name,
        "package": plugin.package,
        "version": plugin.version,
        "facts": [
            {"name": spec.name, "meaning": spec.meaning, "unit": spec.unit or spec.type.type.value}
            for table in plugin.facts
            for spec, _ in table.facts.values()
        ],
        "functions": [
            {
                "call": f"{name}({', '.join(kind.value for kind in function.takes)})",
                "meaning": function.meaning,
                "gives": function.gives.value,
            }
            for name, function in plugin.named_functions.items()
        ],
        "axioms": [{"text": text, "reason": reason} for text, reason in plugin.axioms.items()],
        "rules": str(plugin.rules) if plugin.rules else None,
    }
