"""Names a profile may use: API names, and references to a field here or behind a join."""

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, StrictStr

from partner_lifecycle.names import did_you_mean as names_like

__all__ = ["ApiName", "Reference", "check_reference", "did_you_mean", "split"]

_API_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
_REFERENCE = re.compile(r"(?:[a-z][a-z0-9_]*\.)?[A-Za-z][A-Za-z0-9_]{0,79}")


def check_reference(name: object) -> str:
    """Return `Field` or `join.Field` as it is. Raises ValueError for anything else."""
    if isinstance(name, str) and _REFERENCE.fullmatch(name):
        return name
    raise ValueError(f"{name!r} is no field; write Field or join.Field")


def split(reference: str) -> tuple[str | None, str]:
    """Return the join's name (None: the record itself) and the field."""
    join, _, field = reference.rpartition(".")
    return join or None, field


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `did you mean ...?`, or the list of what is known."""
    names = sorted(known)
    otherwise = f"known here: {', '.join(names)}" if names else ""
    return names_like(word, names, otherwise, shown="`{}`".format)


def _check_api_name(name: str) -> str:
    if not _API_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no API name")
    return name


ApiName = Annotated[StrictStr, AfterValidator(_check_api_name)]
Reference = Annotated[StrictStr, AfterValidator(check_reference)]
