"""What templates say: nothing that policy forbids, all that it demands, no bare figure."""

import re
from collections.abc import Collection, Iterator

from lifecycle.drafting.figures import FIGURE, without_numbering
from lifecycle.drafting.folder import Folder
from lifecycle.drafting.policy import TAG, Policy
from lifecycle.drafting.source import Source
from lifecycle.drafting.template import Template
from partner_lifecycle.errors import Problem

__all__ = ["body_at", "check_required", "check_words"]

_HEAD = re.compile(r"\A---\n.*?^---$", re.DOTALL | re.MULTILINE)
_SPOKEN = re.compile(r"^(?:subject|preheader):", re.MULTILINE)


def check_words(folder: Folder, unread: Collection[str]) -> Iterator[Problem]:
    """Yield what the files of letters and parts say and must not, by their languages.

    `unread` are files with mistakes of another kind: those come first.
    """
    for voices in (*folder.purposes.values(), *folder.parts.values()):
        for (_audience, language), source in voices.files.items():
            if source.file in unread:
                continue
            yield from folder.policy.check(source, language)
            yield from _bare_figures(source)


def _bare_figures(source: Source) -> Iterator[Problem]:
    """A figure typed into a letter is true of no partner, or not for long."""
    text = TAG.sub(lambda tag: " " * len(tag[0]), _HEAD.sub(_spoken, source.text))
    for found in FIGURE.finditer(without_numbering(text)):
        what = f"the figure {found[0]} comes from no record"
        yield source.problem(found.start(), what, "show a field, or write it without the figure")


def body_at(source: Source) -> int:
    """Return the offset at which the body of a file begins, behind its head."""
    head = _HEAD.match(source.text)
    return head.end() + 1 if head else 0


def _spoken(head: re.Match[str]) -> str:
    """Return the head with all but its subject and preheader blanked."""
    lines = head[0].split("\n")
    return "\n".join(line if _SPOKEN.match(line) else " " * len(line) for line in lines)


def check_required(policy: Policy, template: Template) -> Iterator[Problem]:
    """Yield what a whole letter lacks that policy demands of its purpose, audience or kind."""
    text = template.compiled.text_source
    for each in policy.required:
        if not each.concerns(template.purpose, template.audience, template.kind):
            continue
        lacking = each.lacking(text, template.fields, template.language)
        if lacking:
            cited = ", ".join(each.cite)
            what = f"the letter for {template.audience} {lacking}: {each.because} ({cited})"
            yield Problem(template.file, 1, 1, what)
