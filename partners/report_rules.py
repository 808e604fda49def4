"""What `partners rules` prints: all rules, warnings, a rule in words."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from rich.console import Console
from rich.text import Text

from lifecycle.authoring import (
    READINGS,
    Finding,
    Wording,
    actions,
    when_once,
)
from lifecycle.authoring.readings import Reading
from lifecycle.drafting import Library
from lifecycle.rulebook import Rule, Rulebook
from partner_lifecycle import PartnerLifecycleError
from partner_lifecycle.names import did_you_mean
from partners.console import counted, table
from partners.report_layers import layer_as_data, origin, print_layers

__all__ = [
    "ReadingUnknown",
    "checked_as_data",
    "print_checked",
    "print_explained",
    "print_listed",
    "reading_of",
    "rule_as_data",
]


class ReadingUnknown(PartnerLifecycleError):
    """There is no such reading of a rule."""


def print_listed(console: Console, rulebook: Rulebook) -> None:
    """Print a table of all rules; with overlays, from which layer each is."""
    columns = ["id", "stage", "name", "does", "cite"]
    if len(rulebook.layers) > 1:
        columns.append("from")
    cells = [
        [rule_as_data(rule)[name] for name in columns]
        for rule in sorted(rulebook.rules, key=lambda rule: rule.id)
    ]
    console.print(table(counted(len(cells), "rule"), columns, cells))


def rule_as_data(rule: Rule) -> dict[str, Any]:
    """Return a rule in short as plain data."""
    done = rule.then.model_dump(exclude_none=True).items()
    return {
        "id": rule.id,
        "stage": rule.stage or "any",
        "name": rule.name,
        "does": ", ".join(f"{do} {what}" if isinstance(what, str) else do for do, what in done),
        "cite": ", ".join(rule.cite),
        "from": origin(rule),
    }


def print_checked(
    console: Console,
    rulebook: Rulebook,
    library: Library,
    found: Sequence[Finding],
    notes: Sequence[Finding],
) -> None:
    """Print what the overlays did, every warning and note, and how much was checked."""
    print_layers(console, rulebook)
    for each in (*found, *notes):
        console.print(Text(str(each)), soft_wrap=True)
    warned = counted(len(found), "warning") if found else "no warnings"
    console.print(
        f"{len(rulebook.rules)} rules, {len(rulebook.parameters)} parameters, "
        f"{len(rulebook.clauses)} clauses, {len(library.purposes)} purposes: "
        f"no mistakes, {warned}."
    )


def checked_as_data(rulebook: Rulebook, found: Sequence[Finding]) -> dict[str, Any]:
    """Return the layers, what they come to and every warning as plain data."""
    return {
        "rules": len(rulebook.rules),
        "parameters": len(rulebook.parameters),
        "clauses": len(rulebook.clauses),
        "layers": [layer_as_data(layer) for layer in rulebook.layers],
        "findings": [_as_data(finding) for finding in found],
    }


def _as_data(finding: Finding) -> dict[str, Any]:
    return {"kind": finding.kind, "rule": finding.rule_id, **asdict(finding.problem)}


def print_explained(console: Console, rulebook: Rulebook, rule: Rule, day: date) -> None:
    """Print a rule in words: where it stands, when it holds, what it does and by what right."""
    head, place = Text(f"{rule.id} · {rule.name}", "bold"), Text(f"{rule.file}:{rule.line}", "dim")
    console.print(head, place, *([f"({origin(rule)})"] if len(rulebook.layers) > 1 else []))
    console.print(Text(rule.because), soft_wrap=True)
    at = f"At the stage {rule.stage}" if rule.stage else "At every stage"
    each = f", for each {rule.for_each}" if rule.for_each else ""
    console.print(Text(f"\n{at}{each}, when all of these hold on {day}:"))
    for phrase in Wording(rulebook, day).when(rule):
        for line in phrase.lines(1):
            console.print(Text(line), soft_wrap=True)
    once = when_once(rule)
    console.print(Text(f"\nThe rule{f', {once},' if once else ''}"))
    for action in actions(rule):
        console.print(Text(f"  {action}"), soft_wrap=True)
    console.print(Text("\nBecause of"))
    for clause in rule.cite:
        text = rulebook.clauses[clause]
        source = ", ".join(filter(None, (text.document, text.place)))
        line = f"  {clause} ({source}): {text.gist}"
        console.print(Text(line), soft_wrap=True)


def reading_of(name: str) -> Reading:
    """Return what prints a rule in a reading; raise ReadingUnknown."""
    if name not in READINGS:
        known = ["words", *READINGS]
        hint = did_you_mean(name, known, f"there are: {', '.join(known)}")
        raise ReadingUnknown(f"There is no reading {name}.", remedy=hint)
    return READINGS[name]
