"""What `partners rules` prints: warnings, cases, a rule in words, differences."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date
from difflib import get_close_matches
from typing import Any

from rich.console import Console
from rich.text import Text

from lifecycle.authoring import (
    READINGS,
    CaseResult,
    Difference,
    Differences,
    Finding,
    Wording,
    actions,
    when_once,
)
from lifecycle.authoring.readings import Reading
from lifecycle.drafting import Library
from lifecycle.rulebook import Rule, Rulebook
from partner_lifecycle import PartnerLifecycleError
from partners.console import table

__all__ = [
    "ReadingUnknown",
    "finding_as_data",
    "print_checked",
    "print_differences",
    "print_explained",
    "print_tested",
    "reading_of",
    "result_as_data",
]


class ReadingUnknown(PartnerLifecycleError):
    """There is no such reading of a rule."""


def print_checked(
    console: Console,
    rulebook: Rulebook,
    library: Library,
    found: Sequence[Finding],
    notes: Sequence[Finding],
) -> None:
    """Print every warning and note, and how much was checked."""
    for each in (*found, *notes):
        console.print(Text(str(each)), soft_wrap=True)
    warned = f"{_counted(len(found), 'warning')}" if found else "no warnings"
    console.print(
        f"{len(rulebook.rules)} rules, {len(rulebook.parameters)} parameters, "
        f"{len(rulebook.clauses)} clauses, {len(library.purposes)} purposes: "
        f"no mistakes, {warned}."
    )


def finding_as_data(finding: Finding) -> dict[str, Any]:
    """Return a warning as plain data."""
    return {"kind": finding.kind, "rule": finding.rule_id, **asdict(finding.problem)}


def print_tested(
    console: Console, rulebook: Rulebook, ran: Sequence[CaseResult], wanted: Collection[str]
) -> None:
    """Print each case that came out otherwise than expected, and how many did not."""
    failed = [each for each in ran if not each.passed]
    for result in failed:
        case = result.case
        console.print(Text(f"{case.file}:{case.line}: {case.name}", "bold"), soft_wrap=True)
        for failure in result.failures:
            console.print(Text(f"  {failure.what}"), soft_wrap=True)
            for seen in failure.conditions:
                mark = "✓" if seen.holds else "✗"
                line = f"    {mark} {seen.about}: {seen.seen} (needed: {seen.needed})"
                console.print(Text(line), soft_wrap=True)
    tried = {result.case.rule.id for result in ran if result.case.rule}
    ids = set(wanted) or {rule.id for rule in rulebook.rules}
    untried = sorted(ids - tried)
    if untried:
        console.print(Text(f"Without a case: {', '.join(untried)}"), soft_wrap=True)
    outcome = f"{_counted(len(failed), 'case')} failed" if failed else "all passed"
    console.print(f"{_counted(len(ran), 'case')} of {_counted(len(tried), 'rule')}: {outcome}.")


def result_as_data(result: CaseResult) -> dict[str, Any]:
    """Return what came of a case as plain data."""
    case = result.case
    return {
        "file": case.file,
        "line": case.line,
        "name": case.name,
        "passed": result.passed,
        "failures": [asdict(failure) for failure in result.failures],
    }


def print_explained(console: Console, rulebook: Rulebook, rule: Rule, day: date) -> None:
    """Print a rule in words: where it stands, when it holds, what it does and by what right."""
    console.print(Text(f"{rule.id} · {rule.name}", "bold"), Text(f"{rule.file}:{rule.line}", "dim"))
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
        line = f"  {clause} ({text.document}, {text.place}): {text.gist}"
        console.print(Text(line), soft_wrap=True)


def reading_of(name: str) -> Reading:
    """Return what prints a rule in a reading; raise ReadingUnknown."""
    if name not in READINGS:
        known = ["words", *READINGS]
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}"
        raise ReadingUnknown(f"There is no reading {name}.", remedy=hint)
    return READINGS[name]


def print_differences(console: Console, found: Differences) -> None:
    """Print who would be decided differently, by what changes, rule and audience."""
    console.print(
        f"{found.different:,} of {found.partners:,} partners would be decided differently.\n"
    )
    columns = ("audience", "before", "after", "partners", "for example")
    for title, each in (("Stage", found.stages), ("Suspended", found.suspensions)):
        if each:
            console.print(table(title, columns, [_row(one) for one in each]))
    if found.rules:
        rows = [[one.about, *_row(one)] for one in found.rules]
        console.print(table("Rules that hold", ("rule", *columns), rows))


def _row(one: Difference) -> list[object]:
    names = ", ".join(name or partner for partner, name in one.examples)
    return [one.audience, one.before, one.after, one.partners, names]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s'[: count != 1]}"
