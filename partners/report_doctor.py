"""What an examination of the org found, as an administrator reads it: by what is to be done."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from partners.console import counted, table

if TYPE_CHECKING:
    from partners.doctor import Examined, Finding

__all__ = ["print_examined"]

_COLUMNS = ("object", "fields", "what is wrong")


def print_examined(console: Console, examined: "Examined") -> None:
    """Print what is wrong, put together by what mends it."""
    compared = counted(examined.compared, "field")
    console.print(f"Looked at the org as {examined.username}, beside {compared} of our metadata.")
    by_remedy: dict[str, list[Finding]] = {}
    for finding in examined.findings:
        by_remedy.setdefault(finding.remedy, []).append(finding)
    for number, (remedy, findings) in enumerate(by_remedy.items(), start=1):
        console.print(Text(f"\n{number}. {remedy}", "bold"), soft_wrap=True)
        console.print(table("", _COLUMNS, list(_rows(findings))))
    if examined.does_without:
        lacking = ", ".join(examined.does_without)
        console.print(Text(f"Not in this org, which the profile allows: {lacking}.", "dim"))
    if not examined.findings:
        console.print("All is there: objects, fields, rights, the history of stages.")


def _rows(findings: "Iterable[Finding]") -> Iterator[list[str]]:
    """Yield a row for each thing that is wrong with an object, with all fields of which it is."""
    places: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        name, _, field = finding.place.partition(".")
        places.setdefault((name, finding.what), []).append(field)
    for (name, what), fields in places.items():
        yield [name, ", ".join(sorted(filter(None, fields))), what]
