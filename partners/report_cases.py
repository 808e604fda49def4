"""What `partners rules test` prints: cases that came out otherwise than expected, and why."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from lifecycle.authoring import CaseResult
from lifecycle.rulebook import Rulebook
from partners.console import counted

__all__ = ["print_tested", "result_as_data"]


def print_tested(
    console: Console, rulebook: Rulebook, ran: Sequence[CaseResult], wanted: Collection[str]
) -> None:
    """Print each case that came out otherwise than expected, and how many did not."""
    failed = [each for each in ran if each.failed]
    superseded = [each for each in ran if each.superseded]
    for result in failed:
        _print_failed(console, result)
    if superseded:
        console.print("Superseded: these no longer hold, as an overlay wants it.")
    for result in superseded:
        console.print(Text(f"  {_place(result)}\n    {result.superseded}"), soft_wrap=True)
    tried = {result.case.rule.id for result in ran if result.case.rule} & rulebook.by_id.keys()
    untried = sorted((set(wanted) or rulebook.by_id.keys()) - tried)
    if untried:
        console.print(Text(f"Without a case: {', '.join(untried)}"), soft_wrap=True)
    others = "all others" if superseded else "all"
    outcome = f"{counted(len(failed), 'case')} failed" if failed else f"{others} passed"
    aside = f"{len(superseded)} superseded, " if superseded else ""
    ran_of = f"{counted(len(ran), 'case')} of {counted(len(tried), 'rule')}"
    console.print(f"{ran_of}: {aside}{outcome}.")


def _print_failed(console: Console, result: CaseResult) -> None:
    console.print(Text(_place(result), "bold"), soft_wrap=True)
    for failure in result.failures:
        console.print(Text(f"  {failure.what}"), soft_wrap=True)
        for seen in failure.conditions:
            mark = "✓" if seen.holds else "✗"
            line = f"    {mark} {seen.about}: {seen.seen} (needed: {seen.needed})"
            console.print(Text(line), soft_wrap=True)
    if result.remedy:
        console.print(Text(f"  {result.remedy}"), soft_wrap=True)


def _place(result: CaseResult) -> str:
    return f"{result.case.file}:{result.case.line}: {result.case.name}"


def result_as_data(result: CaseResult) -> dict[str, Any]:
    """Return what came of a case as plain data."""
    case = result.case
    return {
        "file": case.file,
        "line": case.line,
        "name": case.name,
        "passed": result.passed,
        "superseded": result.superseded,
        "remedy": result.remedy,
        "failures": [asdict(failure) for failure in result.failures],
    }
