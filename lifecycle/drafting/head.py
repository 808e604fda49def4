"""The head of a template: YAML between two lines of `---`, every key known and checked."""

import re
from dataclasses import dataclass

from lifecycle.drafting.names import did_you_mean
from lifecycle.drafting.source import Source
from partner_lifecycle.errors import Problem, Problems
from partner_lifecycle.strict_yaml import Document, parse_yaml
from partner_lifecycle.views import VIEWS

__all__ = ["KINDS", "Head", "read_head"]

# service: something that goes on anyway; stewardship: keeping a tie; appeal: asking for support.
KINDS = ("service", "stewardship", "appeal")

_FENCE = "---\n"
_REQUIRED = ("subject", "preheader", "kind", "cite")
_KNOWN = (*_REQUIRED, "needs_row")
_LONGEST_SUBJECT = 100  # characters, tags left out
_TAGS = re.compile(r"\{[{%].*?[%}]\}")


@dataclass(frozen=True)
class Head:
    """What the author says about a letter: `cite` are clauses, `row` the view its row is from."""

    subject: Source
    preheader: Source
    kind: str
    cite: tuple[str, ...]
    row: str | None


def read_head(source: Source, problems: list[Problem]) -> tuple[Head, Source] | None:
    """Split a file into its head and body; add to `problems`, and return None if it has no head."""
    end = source.text.find(f"\n{_FENCE}", len(_FENCE) - 1)
    if not source.text.startswith(_FENCE) or end < 0:
        remedy = "begin with ---, the head, and --- again"
        problems.append(source.problem(0, "the file has no head", remedy))
        return None
    # An empty line in place of the fence keeps the line numbers those of the file.
    text = "\n" + source.text[len(_FENCE) : end + 1]
    body = Source(source.file, source.text[end + 1 + len(_FENCE) :], text.count("\n") + 2)
    try:
        document = parse_yaml(text, source.file)
    except Problems as error:
        problems.extend(error.problems)
        return None
    if not isinstance(document.data, dict):
        problems.append(Problem(source.file, 2, 1, "the head must be keys and values"))
        return None
    return _checked(document, problems), body


def _checked(document: Document, problems: list[Problem]) -> Head:
    for key in document.data:
        if key not in _KNOWN:
            hint = did_you_mean(str(key), list(_KNOWN))
            problems.append(document.problem((str(key),), f"unknown key {key}", hint))
    for key in _REQUIRED:
        if key not in document.data:
            what = f"the head has no {key}"
            problems.append(Problem(document.file, 2, 1, what, f"add {key}: …"))
    return Head(
        subject=_line(document, "subject", problems),
        preheader=_line(document, "preheader", problems),
        kind=_choice(document, "kind", KINDS, problems) or "",
        cite=_clauses(document, problems),
        row=_choice(document, "needs_row", tuple(VIEWS), problems),
    )


def _line(document: Document, key: str, problems: list[Problem]) -> Source:
    text = document.data.get(key)
    if not isinstance(text, str) or "\n" in text or not text.strip():
        if key in document.data:
            problems.append(document.problem((key,), f"{key} must be one line of text"))
        return Source(document.file, "")
    length = len(_TAGS.sub("", text))
    if key == "subject" and length > _LONGEST_SUBJECT:
        what = f"the subject has {length} characters"
        problems.append(document.problem((key,), what, f"at most {_LONGEST_SUBJECT}"))
    return Source(document.file, text, *document.inside((key,), 1, 1))


def _choice(
    document: Document, key: str, choices: tuple[str, ...], problems: list[Problem]
) -> str | None:
    chosen = document.data.get(key)
    if key not in document.data:
        return None
    if chosen in choices:
        return str(chosen)
    hint = did_you_mean(str(chosen), list(choices))
    problems.append(document.problem((key,), f"{key} is none of {', '.join(choices)}", hint))
    return None


def _clauses(document: Document, problems: list[Problem]) -> tuple[str, ...]:
    cited = document.data.get("cite", ())
    wrong = not isinstance(cited, list) or not all(isinstance(each, str) for each in cited)
    if "cite" in document.data and (wrong or not cited):
        what = "cite must be a list of clauses"
        problems.append(document.problem(("cite",), what, "write cite: [S§27]"))
        return ()
    return tuple(cited)
