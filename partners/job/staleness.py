"""What a waiting letter rests on, against what is known today."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lifecycle.conditions import Value
from lifecycle.drafting import clean
from partners.job.letters import TEMPLATE, Letter, Letters

__all__ = ["is_moved", "news_of", "says_the_same"]

_NOT_KNOWN = "not known"


def is_moved(row: Mapping[str, Any], facts: Mapping[str, Value], letters: Letters) -> bool:
    """Tell whether a field that a letter rests on holds something else today.

    Or its template says something else, unless a person has edited the letter.
    """
    then = dict(row["sources"] or {})
    words = then.pop(TEMPLATE, None)
    if words and not row["edit"]:
        told = (row["purpose"], row["audience"], row["language"])
        if letters.wording(*told) != words:
            return True
    return then != letters.sources(then, facts, row["language"])


def says_the_same(row: Mapping[str, Any], letter: Letter) -> bool:
    """Tell whether a letter drawn up today says what its row says, to the same person."""
    told = ("contact_id", "language", "subject", "text")
    return all(row[name] == getattr(letter, name) for name in told)


def news_of(row: Mapping[str, Any], letter: Letter) -> str:
    """Return the fields that a letter rests on and what has become of them, "" if nothing has.

    As the letter shows them, where it does: amounts with their currency, days in words.
    """
    then, now = row["sources"] or {}, letter.sources
    was, now_shown = _shown(row["provenance"] or ()), _shown(letter.provenance)
    return "; ".join(
        f"{name} was {_said(name, then, was)} and is {_said(name, now, now_shown)}"
        for name in {**then, **now}
        if name != TEMPLATE and then.get(name) != now.get(name)
    )


def _shown(provenance: Iterable[Sequence[str | None]]) -> dict[str, str]:
    return {str(name): str(shown) for name, shown, _record in provenance}


def _said(name: str, held: Mapping[str, Any], shown: Mapping[str, str]) -> str:
    value = shown.get(name, held.get(name))
    return _NOT_KNOWN if value is None else clean(str(value))
