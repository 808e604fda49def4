"""What every benchmark has in common: its arguments, and its figures as a table or as JSON."""

import argparse
import json
import logging
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from rich.console import Console
from rich.table import Table

__all__ = [
    "Figure",
    "Watch",
    "cache_folder",
    "only_warnings",
    "report",
    "rss_mb",
    "say",
    "stopwatch",
]


@dataclass(frozen=True)
class Figure:
    """One measured number; `ratio` is how many times better than `against`, or worse below 1."""

    figure: str
    value: float
    unit: str
    against: str | None = None
    ratio: float | None = None


@dataclass
class Watch:
    """Seconds that a block took, once it has ended."""

    seconds: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Watch]:
    """Time a block."""
    watch, begun = Watch(), time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - begun


def report(about: str, measure: Callable[[int], Iterable[Figure]], size: int) -> None:
    """Measure, and print the figures: a table for people, with --json an object per line."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--size", type=int, default=size, help=f"partners (default {size:,})")
    arguments = parser.parse_args()
    only_warnings()
    figures = []
    for figure in measure(arguments.size):
        figures.append(figure)
        if arguments.json:
            print(json.dumps(asdict(figure)), flush=True)
    if not arguments.json:
        _print_table(about, figures, arguments.size)


def only_warnings() -> None:
    """Keep the library's events of every day out of the figures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def say(what: str) -> None:
    """Tell a person who waits what goes on, beside the figures."""
    print(f"  {what}", file=sys.stderr, flush=True)


def cache_folder() -> Path:
    """Return the folder for what benchmarks make once and use again."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "partner-lifecycle" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def rss_mb() -> float:
    """Return the memory that this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _print_table(about: str, figures: Iterable[Figure], size: int) -> None:
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    table = Table("figure", "value", "unit", "against", "ratio", title=f"{about} ({size:,})")
    for each in figures:
        ratio = "" if each.ratio is None else f"{each.ratio:,.3g}"
        table.add_row(each.figure, f"{each.value:,.4g}", each.unit, each.against or "", ratio)
    Console().print(table, machine)
