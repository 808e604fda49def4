"""The mirror as people read it: what was read, what would be, and how it stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from partners.console import table

if TYPE_CHECKING:
    from crm_sync.mirror import ObjectStatus, Plan

__all__ = ["print_mirrored", "print_plan", "print_status"]

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def print_mirrored(
    console: Console, objects: Mapping[str, Mapping[str, Any]], warnings: Sequence[str]
) -> None:
    """Print what was read from the CRM, by object, and where both sides differ in number."""
    rows = [
        [name, each["read"], each["upserted"], each["deleted"], each["calls"]]
        for name, each in objects.items()
        if each["upserted"] or each["deleted"]
    ]
    if rows:
        columns = ("object", "rows read", "stored", "removed", "API calls")
        console.print(table("Mirrored from the CRM", columns, rows))
    else:
        console.print("Mirrored from the CRM: nothing had changed.\n")
    for name, each in objects.items():
        if each["org_rows"] not in (None, each["here_rows"]):
            console.print(
                f"  {name}: the CRM has {each['org_rows']} rows and the mirror {each['here_rows']} "
                "(people may be at work; what stays different is looked into)"
            )
        if each["ids_match"] is not None:
            found = "the same" if each["ids_match"] else "different"
            console.print(f"  {name}: all Ids compared: {found}, {each['mended']} put right")
    _warn(console, warnings)


def print_plan(console: Console, plan: "Plan") -> None:
    """Print what a sync would read."""
    rows = [[each.object, each.rows, each.way, each.calls] for each in plan.objects]
    console.print(table("Would be read", ("object", "rows", "way", "API calls"), rows))
    if plan.calls_left is not None:
        console.print(f"  {plan.calls_left:,} API calls may be made; nothing was read.")
    _warn(console, plan.warnings)


def print_status(console: Console, found: Sequence["ObjectStatus"], now: datetime) -> None:
    """Print how each object of the mirror stands."""
    if not found:
        console.print("Nothing is mirrored yet: run `partners sync`.")
        return
    rows = [
        [
            each.object,
            each.rows,
            _ago(each.settled, now),
            _ago(each.synced_at, now),
            _ago(each.compared_at, now),
            each.off_by or "",
        ]
        for each in found
    ]
    columns = ("object", "rows", "complete up to", "read", "Ids compared", "off by")
    console.print(table("The mirror", columns, rows))
    for each in found:
        for what in each.under_way:
            console.print(f"  {each.object}: {what} begun; the next run goes on with it")
    for each in found:
        _warn(console, each.warnings)


def _warn(console: Console, warnings: Sequence[str]) -> None:
    for warning in warnings:
        console.print(Text(f"  ! {warning}"))


def _ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago something was, in the largest unit that is whole."""
    if moment is None:
        return "never"
    seconds = max((now - moment).total_seconds(), 0)
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds // unit:.0f} {name} ago"
    return "just now"
