"""The names that a plug-in may bear: none that rules, invariants or letters already use."""

import keyword
import re
from collections.abc import Iterator

from lifecycle.conditions import FUNCTIONS
from lifecycle.facts import fact_specs

__all__ = ["check_name", "is_name"]

_OUTCOMES = (
    "changes_again drafted entered fired moved resuming stage_after stage_before suspended_after "
    "suspended_before suspending"
)
_OTHERS = ("date", "house", "note", "param", "plugin", "row")


def is_name(text: str) -> bool:
    """Return whether a plug-in, fact or function may be called so: words_in_small_letters."""
    return bool(re.fullmatch(r"[a-z][a-z0-9_]*", text)) and not keyword.iskeyword(text)


def check_name(name: str) -> Iterator[str]:
    """Yield what is wrong with the name of a plug-in that is not in force."""
    if not is_name(name):
        yield f"{name!r} cannot stand before a dot in a rule: use small letters, digits and _"
    elif name in {*_families(), *FUNCTIONS, *_OUTCOMES.split(), *_OTHERS}:
        yield f"{name} is a name of the library's own: choose one that tells who adds it"


def _families() -> set[str]:
    return {name.partition(".")[0] for name in fact_specs()}
