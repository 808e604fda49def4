"""From a profile's file to a profile: read strictly, checked, every mistake told at once."""

import re
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from crm_sync.errors import ProfileError
from crm_sync.profiles.checking import check
from crm_sync.profiles.document import Document, keywords
from crm_sync.profiles.names import did_you_mean
from crm_sync.profiles.profile import Profile
from crm_sync.profiles.strict_yaml import YamlFile
from partner_lifecycle import Problem, Problems

__all__ = ["load_profile"]

_NAMED = ("npsp", "standard")


def load_profile(
    name_or_path: str | Path, *, namespaced: bool = True, currency: str | None = None
) -> Profile:
    """Return the profile of that name (`npsp`, `standard`) or in that file.

    `namespaced=False` is for orgs where the packages in the profile's `namespaces` are installed
    without their prefix; `currency` overrides the profile's (an org with one currency that is not
    the profile's). Raises ProfileError when there is no such profile, Problems for its mistakes.
    """
    if str(name_or_path) in _NAMED:
        with as_file(files("crm_sync.profiles") / f"{name_or_path}.yaml") as path:
            return _load(path, str(name_or_path), namespaced=namespaced, currency=currency)
    path = Path(name_or_path)
    if not path.is_file():
        raise ProfileError(
            f"There is no profile {str(name_or_path)!r}.",
            remedy=f"Write a path to a YAML file, or one of these: {did_you_mean('', _NAMED)}.",
        )
    return _load(path, str(path), namespaced=namespaced, currency=currency)


def _load(path: Path, name: str, *, namespaced: bool, currency: str | None) -> Profile:
    file = YamlFile(path)
    try:
        document = Document.model_validate(file.data)
    except ValidationError as error:
        raise Problems(f"The profile {name} has mistakes.", list(_problems(file, error))) from error
    mistakes = [file.problem(*each) for each in check(document)]
    if mistakes:
        raise Problems(f"The profile {name} has mistakes.", mistakes)
    if not namespaced:
        document = Document.model_validate(_without(file.data, document.namespaces))
    return Profile(name, document, currency or document.currency)


def _problems(file: YamlFile, error: ValidationError) -> Iterator[Problem]:
    for each in error.errors():
        place = [step for step in each["loc"] if step != "[key]"]
        yield file.problem(place, *_words(each))


def _words(error: ErrorDetails) -> tuple[str, str]:
    last = str(error["loc"][-1]) if error["loc"] else ""
    match error["type"]:
        case "extra_forbidden":
            return f"`{last}` is not a word of profiles here", did_you_mean(last, keywords())
        case "missing":
            return f"`{last}` is missing", f"write `{last}: ...`"
        case "expression":
            return "this is no expression", error["msg"]
    return error["msg"].removeprefix("Value error, "), ""


def _without(data: Any, namespaces: list[str]) -> Any:
    """Return the data with the prefixes taken off every name."""
    pattern = re.compile(rf"(?:^|(?<=\.))(?:{'|'.join(map(re.escape, namespaces)) or '(?!)'})__")

    def bare(value: Any) -> Any:
        match value:
            case dict():
                return {bare(key): bare(each) for key, each in value.items()}
            case list():
                return [bare(each) for each in value]
            case str():
                return pattern.sub("", value)
        return value

    return bare(data)
