"""What the overlays of a rulebook did, layer by layer."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from lifecycle.rulebook import Change, Rule, Rulebook, RuleLayer

__all__ = ["layer_as_data", "origin", "print_layers"]


def print_layers(console: Console, rulebook: Rulebook) -> None:
    """Print for each overlay why it exists and what it added, replaced and retired."""
    for layer in rulebook.layers[1:]:
        console.print(
            Text(f"{layer.name} ({layer.label}): {layer.because}", "bold"), soft_wrap=True
        )
        lines = [f"{each.did:9} {each.thing} {_said(each)}" for each in layer.changes]
        lines += [f"{'retired':9} case {name}: {why}" for name, why in layer.retired_cases.items()]
        for line in lines or ["changes no rule, parameter, clause or rate"]:
            console.print(Text(f"  {line}"), soft_wrap=True)


def _said(change: Change) -> str:
    return f"{change.id}: {change.because}" if change.because else change.id


def layer_as_data(layer: RuleLayer) -> dict[str, Any]:
    """Return a layer as plain data."""
    return {
        "name": layer.name,
        "folder": layer.label,
        "because": layer.because,
        "changes": [asdict(change) for change in layer.changes],
        "retired_cases": dict(layer.retired_cases),
    }


def origin(rule: Rule) -> str:
    """Return in words from which layer a rule is."""
    return f"{rule.layer}, replacing {rule.replaces}" if rule.replaces else rule.layer
