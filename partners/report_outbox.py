"""One write to the CRM, and what a run would write, as people read it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from partners.console import counted, table
from partners.job.writeback import KEY_FIELD

if TYPE_CHECKING:
    from partners.job.rehearsing import Change

__all__ = ["print_changes", "print_write"]

_ABOUT = ("key", "record_id", "crm_id", "age", "attempts", "next_try", "delivered_at")


def print_write(console: Console, write: Mapping[str, Any]) -> None:
    """Print one write with its fields, what became of it, and what a person may do."""
    head = f"{write['object']} · {write['operation']} · {write['state'].replace('_', ' ')}"
    console.print(Text(str(write["partner"] or ""), "bold"), Text(head, "dim"))
    if write["error"]:
        console.print(Text(f"{write['error']} ({write['error_code']})"))
        console.print(Text(f"What to do: {write['remedy']}"))
    if note := write["note"]:
        console.print(Text(f"Dropped by {note['by']}: {note['reason']} ({note['at'][:10]})"))
    about = [[name, write[name]] for name in _ABOUT if write[name] is not None]
    console.print(table("Write", ("", "value"), about))
    console.print(table("Fields", ("field", "value"), [list(it) for it in write["fields"].items()]))


def print_changes(console: Console, changes: "Sequence[Change]") -> None:
    """Print what a run would write, field by field."""
    records = {(each.object, each.record, each.partner) for each in changes}
    made = sum(each.field == KEY_FIELD and each.record == "new" for each in changes)
    new = {(each.object, each.partner) for each in changes if each.record == "new"}
    changed = len(records) - len(new)
    rows = [
        [each.partner, each.object, each.record, each.field, each.now, _would_be(each)]
        for each in changes
    ]
    if rows:
        columns = ("partner", "object", "record", "field", "now", "would be")
        console.print(table("Would be written to the CRM", columns, rows))
    told = f"{counted(changed, 'record')} would be changed, {made} made"
    console.print(f"{told}; nothing was written, here or there.")


def _would_be(change: "Change") -> str:
    would = "" if change.would_be is None else str(change.would_be)
    return f"{would} (withheld: a person has changed the stage)" if change.withheld else would
