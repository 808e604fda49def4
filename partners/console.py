"""What every command shares on the terminal: results to stdout, the rest to stderr."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partner_lifecycle import PartnerLifecycleError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = [
    "TO_BE_SEEN",
    "Advance",
    "Json",
    "counted",
    "defect",
    "errors",
    "failed",
    "print_json",
    "print_listed",
    "print_text",
    "progress",
    "results",
    "stopped",
    "table",
]

Json = Annotated[bool, typer.Option("--json", help="Print data instead of tables.")]

TO_BE_SEEN = 1
"""Exit code of a command that did its work and found what a person must look at."""
_DEFECT = 70
"""Exit code of a defect (EX_SOFTWARE), apart from those that a user can cause."""
_STOPPED = 130
"""Exit code after Ctrl-C, as shells give it (128 + SIGINT)."""


class Advance:
    """Moves a progress bar; without a terminal it does nothing."""

    def __call__(self, done: int, total: int | None = None) -> None:
        """Say how much is done so far, and of how much if that became known."""


def results() -> "Console":
    """Return the console for what a command was asked for."""
    from rich.console import Console

    return Console(highlight=False)


def errors() -> "Console":
    """Return the console for errors, hints and progress."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def failed(error: PartnerLifecycleError) -> int:
    """Show what went wrong, where and what to do; return the exit code to end with."""
    errors().print(f"error: {error}", style="red", markup=False, soft_wrap=True)
    return error.exit_code


def defect(error: Exception) -> int:
    """Say that the program itself is at fault; return the exit code to end with."""
    said = f"error: the program failed: {type(error).__name__}: {error}"
    errors().print(said, style="red", markup=False, soft_wrap=True)
    errors().print("  what to do: run it again with --debug and report what it prints")
    return _DEFECT


def stopped() -> int:
    """Say that a person stopped the program; return the exit code to end with."""
    errors().print("Stopped. Nothing is lost: the next run goes on.")
    return _STOPPED


def print_json(data: object) -> None:
    """Print data as JSON for other programs: one document, UTF-8, dates as ISO text in UTC."""
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
    return value.isoformat() if isinstance(value, date) else str(value)


def print_text(text: str) -> None:
    """Print text for other programs as it is, unwrapped."""
    sys.stdout.write(f"{text}\n")


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> "Table":
    """Return a table to print; numbers are set to the right, names are never read as markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for index, column in enumerate(columns):
        numbers = bool(rows) and all(isinstance(row[index], int) for row in rows)
        made.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    return made


def print_listed(
    found: Sequence[Mapping[str, Any]], noun: str, columns: Sequence[str], *, json: bool
) -> None:
    """Print rows whole as data, or some of their columns as a table."""
    if json:
        print_json(found)
        return
    rows = [[each[name] for name in columns] for each in found]
    results().print(table(counted(len(rows), noun), columns, rows))


def counted(count: int, noun: str) -> str:
    """Return a number of things in words: `1 rule`, `2 rules`."""
    return f"{count} {noun}{'s'[: count != 1]}"


@contextmanager
def progress(
    what: str, total: int | None = None, *, note: Callable[[], str] | None = None
) -> Iterator[Advance]:
    """Show a bar on standard error while something runs; it goes away at the end.

    It tells how much is done, how fast and the time left; `note` what else is to be told.
    """
    from rich.progress import (
        BarColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class _Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            done = f"{task.completed:,.0f}" + (f" of {task.total:,.0f}" if task.total else "")
            speed = f", {task.speed:,.0f}/s" if task.speed else ""
            return Text(f"{done}{speed}  {note() if note else ''}")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        _Rate(),
    )
    console = errors()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)

        class _Bar(Advance):
            def __call__(self, done: int, total: int | None = None) -> None:
                bar.update(task, completed=done, total=total)

        yield _Bar()
