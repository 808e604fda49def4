"""Draw docs/demo.svg, the README's picture of the demo: `make picture`."""

import re
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from partners.console import table
from partners.demo.running import DemoReport, run_demo
from partners.logs import configure_logging
from partners.report import print_report
from partners.settings import Settings

_WIDTH = 112


def _quiet(_what: str) -> "nullcontext[Callable[..., None]]":
    return nullcontext(lambda *_: None)


def _draw(console: Console, report: DemoReport) -> None:
    console.rule("Then people work in the CRM")
    edits = [[edit["who"], edit["what"]] for edit in report.edits]
    console.print(table(f"{len(edits)} changes", ("office", "what"), edits))
    console.rule("Second run: only what changed")
    print_report(console, report.second)


def main() -> None:
    """Run the demo and write its second half as a picture that loads nothing from elsewhere."""
    configure_logging()
    with tempfile.TemporaryDirectory() as folder:
        report = run_demo(Settings(), Path(folder) / "demo", 300, datetime.now(UTC), _quiet)
    with Path("/dev/null").open("w") as nowhere:
        console = Console(record=True, width=_WIDTH, file=nowhere, highlight=False)
        _draw(console, report)
    plain = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    picture = console.export_svg(title="make demo", code_format=plain)
    Path(__file__).with_name("demo.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
