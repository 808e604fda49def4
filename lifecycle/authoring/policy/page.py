"""The policy as a page: every clause and what carries it, audiences, types, figures; Markdown."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

import jinja2

from lifecycle.authoring.indicators import Indicator
from lifecycle.authoring.policy.audiences import audiences
from lifecycle.authoring.policy.table import ClauseRow
from lifecycle.authoring.policy.types import partnership_types
from lifecycle.drafting import Library
from lifecycle.rulebook import Rulebook

__all__ = ["policy_page"]

_GAP = re.compile(r"\n{3,}")


def policy_page(
    rulebook: Rulebook,
    library: Library,
    rows: Sequence[ClauseRow],
    indicators: Sequence[Indicator],
) -> str:
    """Return the page. It depends on no day: the same rules give the same page."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lifecycle.authoring.policy", "pages"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - Markdown, of our own files
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_in_cell,
    )
    environment.filters.update(anchor=_anchor, by_family=_by_family, counted=_counted, ids=_ids)
    text = environment.get_template("policy.md").render(
        documents=_by_document(rows),
        rows=rows,
        names={rule.id: rule.name for rule in rulebook.rules},
        audiences=audiences(rulebook, library),
        types=partnership_types(rulebook, indicators),
        indicators=sorted(indicators, key=lambda each: each.number),
    )
    return _GAP.sub("\n\n", text).strip() + "\n"


def _by_document(rows: Iterable[ClauseRow]) -> dict[str, list[ClauseRow]]:
    found: dict[str, list[ClauseRow]] = defaultdict(list)
    for row in rows:
        found[row.text.document].append(row)
    return found


def _by_family(names: Iterable[str]) -> str:
    """Return dotted names in short: `gift` (count, date), `stage`."""
    families: dict[str, list[str]] = defaultdict(list)
    for name in names:
        family, _, rest = name.partition(".")
        families[family] += [rest] if rest else []
    return ", ".join(
        f"`{family}`" + (f" ({', '.join(dict.fromkeys(rest))})" if rest else "")
        for family, rest in families.items()
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s'[: count != 1]}"


def _in_cell(value: object) -> object:
    """Return a value such that it ends no cell and no row of a table."""
    return " ".join(value.replace("|", "\\|").split("\n")) if isinstance(value, str) else value


def _ids(things: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in things)


def _anchor(clause: str) -> str:
    """Return the name of a clause in links: S§22.a as s22-a, AR§90 as ar90."""
    return clause.lower().replace("§", "").replace(".", "-")
