"""What `partners rules diff` prints: whom other rules would decide differently."""

from rich.console import Console

from lifecycle.authoring import Difference, Differences
from partners.console import table

__all__ = ["print_differences"]


def print_differences(console: Console, found: Differences) -> None:
    """Print who would be decided differently, by what changes, rule and audience."""
    console.print(
        f"{found.different:,} of {found.partners:,} partners would be decided differently.\n"
    )
    columns = ("audience", "before", "after", "partners", "for example")
    for title, each in (("Stage", found.stages), ("Suspended", found.suspensions)):
        if each:
            console.print(table(title, columns, [_row(one) for one in each]))
    rules = (("Rules that hold", found.rules), ("What rules do", found.actions))
    for title, each in rules:
        if each:
            rows = [[one.about, *_row(one)] for one in each]
            console.print(table(title, ("rule", *columns), rows))


def _row(one: Difference) -> list[object]:
    names = ", ".join(name or partner for partner, name in one.examples)
    return [one.audience, one.before, one.after, one.partners, names]
