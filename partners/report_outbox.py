"""One write to the CRM, and what a run would write, as people read it."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from partners.console import table

__all__ = ["print_write"]

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
