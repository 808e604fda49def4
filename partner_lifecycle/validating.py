"""Hold what people wrote to a model, and say each mistake in words, with what to write instead."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from partner_lifecycle.errors import Problem, Problems
from partner_lifecycle.names import did_you_mean
from partner_lifecycle.strict_yaml import Document, Path

__all__ = ["MOST_TOLD", "fields_at", "spelled", "validate", "wrong"]

Model = TypeVar("Model", bound=BaseModel)
MOST_TOLD = 1_000
"""Mistakes of one file that are told: nobody reads more, and there may be millions."""
_KEY = "[key]"
_TYPES: Mapping[str, tuple[str, str]] = {
    "string_type": ("text", 'write a text, in quotes if it looks like something else: "2026"'),
    "int_type": ("whole number", "write digits only"),
    "bool_type": ("true or false", "write true or false"),
    "date_type": ("day", "write it as 2026-01-31"),
    "dict_type": ("table", "write `key: value`, a line for each"),
    "model_type": ("table", "write `key: value`, a line for each"),
    "tuple_type": ("list", "write [a, b], or a line that begins with `- ` for each"),
    "list_type": ("list", "write [a, b], or a line that begins with `- ` for each"),
}
_BOUNDS = {"greater_than_equal": "at least", "less_than_equal": "at most"}


def validate(model: type[Model], document: Document, at: Path = ()) -> Model:
    """Return what stands at `at` in a document as `model`; raise Problems at their places."""
    try:
        return model.model_validate(document.data_at(at))
    except ValidationError as error:
        found = list(_problems(error, model, document, at))
        raise Problems(f"{document.file} cannot be used", found) from error


def wrong(what: str, remedy: str) -> PydanticCustomError:
    """Return what a validator of a model raises; `what` follows the name of the key."""
    return PydanticCustomError("told", "{what}", {"what": what, "remedy": remedy})


def spelled(pattern: str, noun: str, remedy: str) -> AfterValidator:
    """Return a validator that refuses a text which does not match the whole pattern."""

    def checked(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise wrong(f"{_shown(text)} is no {noun}", remedy)
        return text

    return AfterValidator(checked)


def fields_at(model: type[BaseModel], place: Path) -> Mapping[str, FieldInfo]:
    """Return the keys that may stand in the table at a place of a model, with what they take."""
    found = model
    for step in place:
        if step in found.model_fields:
            inner = _model_in(found.model_fields[str(step)].annotation)
            if inner is None:
                return {}
            found = inner
    return found.model_fields


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _problems(
    error: ValidationError, model: type[BaseModel], document: Document, at: Path
) -> Iterator[Problem]:
    for each in error.errors(include_url=False)[:MOST_TOLD]:
        place = tuple(step for step in each["loc"] if step != _KEY)
        yield document.problem((*at, *place), *_told(each, place, model))


def _told(error: ErrorDetails, place: Path, model: type[BaseModel]) -> tuple[str, str]:
    """Return what is wrong and what to write instead."""
    name = ".".join(str(step) for step in place) or "this"
    match error["type"]:
        case "extra_forbidden":
            return f"{name} is not known here", _instead(place, model)
        case "missing":
            return f"{name} is missing", f"write `{place[-1]}: …`"
        case "literal_error":
            return _choice(error, name)
    if not error["loc"] and error["input"] is None:
        needed = [key for key, field in model.model_fields.items() if field.is_required()]
        return "nothing stands here", f"write {', '.join(f'`{key}: …`' for key in needed)}"
    return _of_value(error, name)


def _instead(place: Path, model: type[BaseModel]) -> str:
    known = fields_at(model, place[:-1])
    return did_you_mean(str(place[-1]), known, f"known here are {', '.join(known)}")


def _choice(error: ErrorDetails, name: str) -> tuple[str, str]:
    expected = error.get("ctx", {}).get("expected", "")
    if expected == "True":
        return f"{name} can only be true", "write true, or leave it out"
    values = re.findall("'([^']*)'", expected)
    remedy = did_you_mean(str(error["input"]), values, f"write one of: {', '.join(values)}")
    if error["loc"][-1] == _KEY:
        return f"{name} is not known here", remedy
    return f"{name} is never {_shown(error['input'])}", remedy


def _of_value(error: ErrorDetails, name: str) -> tuple[str, str]:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "told":
        return f"{name}: {context['what']}", context["remedy"]
    if kind in ("string_too_short", "too_short"):
        return f"{name} is empty", "write something, or leave the line out"
    given = "empty" if error["input"] is None else _shown(error["input"])
    if kind in _BOUNDS:
        return f"{name} is {given}", f"write {_BOUNDS[kind]} {next(iter(context.values()))}"
    if kind in _TYPES:
        noun, remedy = _TYPES[kind]
        return f"{name} is {given}, and no {noun}", remedy
    return f"{name}: {error['msg'].removeprefix('Value error, ')}", ""


def _shown(value: object) -> str:
    """Return a value as it is written, in short."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value) if isinstance(value, date) else repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
