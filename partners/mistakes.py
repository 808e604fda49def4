"""Explains mistakes in settings: which key, in which file and line or variable, what to write."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings

from partner_lifecycle.names import did_you_mean
from partner_lifecycle.validating import fields_at
from partners.errors import SettingsError

__all__ = ["explain", "pasted", "unknown_variables"]

_REMEDY = "put these right; `partners settings show` prints what is in force"
_NOT_SETTINGS = {"CONFIG"}


def explain(
    error: ValidationError,
    model: type[BaseSettings],
    file: Path | None,
    source: str,
    environment: Mapping[str, str],
) -> SettingsError:
    """Return one error that lists every mistake with its place; values are never repeated."""
    lines = []
    for detail in error.errors(include_input=False, include_url=False):
        keys = tuple(str(part) for part in detail["loc"])
        place = _variable(keys, model, environment) or _place(keys, file, source)
        lines.append(f"{place}: {_said(detail, keys, model)}")
    count = "a mistake" if len(lines) == 1 else f"{len(lines)} mistakes"
    listed = "".join(f"\n  {line}" for line in lines)
    return SettingsError(f"The settings have {count}.{listed}", remedy=_REMEDY)


def unknown_variables(model: type[BaseSettings], environment: Mapping[str, str]) -> None:
    """Raise SettingsError for variables with our prefix that name no setting."""
    lines = [
        f"\n  {variable}: no such setting{_hint(name, model.model_fields)}"
        for variable, name in _our_variables(model, environment)
        if name not in model.model_fields
    ]
    if lines:
        raise SettingsError(f"The environment names no setting.{''.join(lines)}", remedy=_REMEDY)


def pasted(key: str, field: FieldInfo) -> str:
    """Return a line of TOML that sets a key, with a value of the kind that it takes."""
    example = field.examples[0] if field.examples else "…"
    return f"{key} = {json.dumps(example, ensure_ascii=False)}"


def _our_variables(
    model: type[BaseSettings], environment: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Give each variable with our prefix, and the first part of the setting it names."""
    prefix = model.model_config.get("env_prefix", "")
    for variable in sorted(environment):
        name = variable.upper().removeprefix(prefix)
        if variable.upper().startswith(prefix) and name not in _NOT_SETTINGS:
            yield variable, name.split("__")[0].lower()


def _said(detail: ErrorDetails, keys: tuple[str, ...], model: type[BaseModel]) -> str:
    if detail["type"] == "missing":
        field = fields_at(model, keys[:-1])[keys[-1]]
        return f"{'.'.join(keys)} is missing; write {pasted(keys[-1], field)}"
    if detail["type"] == "extra_forbidden":
        return f"no such setting {'.'.join(keys)!r}{_hint(keys[-1], fields_at(model, keys[:-1]))}"
    return f"{'.'.join(keys)}: {detail['msg'].removeprefix('Value error, ')}"


def _hint(word: str, known: Mapping[str, Any]) -> str:
    otherwise = f"known are {', '.join(sorted(known))}" if known else ""
    hint = did_you_mean(word, known, otherwise, shown=repr)
    return f"; {hint}" if hint else ""


def _variable(
    keys: tuple[str, ...], model: type[BaseSettings], environment: Mapping[str, str]
) -> str | None:
    """Return the variable that set these keys, or a table around them."""
    known = {name.upper(): name for name in environment}
    prefix = model.model_config.get("env_prefix", "")
    for end in range(len(keys), 0, -1):
        name = prefix + "__".join(keys[:end]).upper()
        if name in known:
            return known[name]
    return None


def _place(keys: tuple[str, ...], file: Path | None, source: str) -> str:
    """Return `file:line` of the key, or of the section it should stand in."""
    if file is None:
        return "settings"
    for end in range(len(keys), 0, -1):
        line = _line_of(keys[:end], source)
        if line:
            return f"{file}:{line}"
    return str(file)


def _line_of(keys: tuple[str, ...], source: str) -> int:
    """Return the line, from 1, where a key or a section is written; 0 when it is nowhere."""
    section: tuple[str, ...] = ()
    for number, line in enumerate(source.splitlines(), start=1):
        if header := re.match(r"\s*\[+([^\[\]]+)\]", line):
            section = _names(header[1])
            if section == keys:
                return number
        elif (entry := re.match(r"\s*([\w.\"'\s-]+?)\s*=", line)) and (
            section + _names(entry[1]) == keys
        ):
            return number
    return 0


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip().strip("\"'") for name in dotted.split("."))
