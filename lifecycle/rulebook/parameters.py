"""Parameters: the numbers of the policy, by the day from which they hold and by audience."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lifecycle.conditions import (
    LARGEST,
    Parameters,
    ParameterSchema,
    ParameterType,
    Value,
    ValueType,
)
from lifecycle.rulebook.layer import BASE
from lifecycle.rulebook.model import ParameterText
from lifecycle.rulebook.written import Written
from partner_lifecycle.errors import PartnerLifecycleError, Problem
from partner_lifecycle.strict_yaml import Document
from partner_lifecycle.views import VIEWS

__all__ = ["Parameter", "ParameterTooEarly", "check_parameter", "on_day", "parameter_schema"]

AUDIENCES = VIEWS["partner"].columns["audience"].values
_TYPES = {
    "integer": (ValueType.NUMBER, int),
    "text": (ValueType.TEXT, str),
    "boolean": (ValueType.BOOLEAN, bool),
    "date": (ValueType.DATE, date),
}


class ParameterTooEarly(PartnerLifecycleError):
    """A parameter has no value yet on the day asked for; a guess would be worse than an error."""


@dataclass(frozen=True)
class Parameter:
    """A parameter and its values, the earliest day first."""

    name: str
    type: ValueType
    meaning: str
    unit: str
    cite: tuple[str, ...]
    values: Mapping[date, Value | Mapping[str, Value]]
    file: str = ""
    layer: str = BASE

    @property
    def by_audience(self) -> bool:
        """Return whether any of its values differs by audience."""
        return any(isinstance(value, Mapping) for value in self.values.values())

    def on(self, day: date) -> Value | Mapping[str, Value]:
        """Return the value that holds on `day`; raise ParameterTooEarly before the first."""
        begun = [start for start in self.values if start <= day]
        if not begun:
            first = min(self.values)
            raise ParameterTooEarly(
                f"the parameter {self.name} has no value on {day}",
                where=self.file,
                remedy=f"its first value holds from {first}; add an earlier one",
            )
        return self.values[max(begun)]


def check_parameter(written: Written[ParameterText]) -> tuple[Parameter, list[Problem]]:
    """Return the parameter as it is counted with, and the mistakes in its values."""
    text, document = written.text, written.document
    kind, python = _TYPES[text.type]
    problems: list[Problem] = []
    for day, value in text.values.items():
        path = ("values", str(day))
        if isinstance(value, dict):
            problems += _check_audiences(document, path, value)
        single = list(value.values()) if isinstance(value, dict) else [value]
        if any(type(each) is not python for each in single):
            problems.append(document.problem(path, f"this is not a value of type {text.type}"))
        elif any(type(each) is int and abs(each) > LARGEST for each in single):
            problems.append(document.problem(path, "larger than 2^53", "write a smaller number"))
    parameter = Parameter(
        name=written.id,
        type=kind,
        meaning=text.meaning,
        unit=text.unit,
        cite=text.cite,
        values={day: _spread(text.values[day]) for day in sorted(text.values)},
        file=document.file,
        layer=written.layer,
    )
    return parameter, problems


def _check_audiences(
    document: Document, path: tuple[str | int, ...], value: Mapping[str, Value]
) -> list[Problem]:
    known = ", ".join((*AUDIENCES, "any"))
    problems = [
        document.problem((*path, name), f"{name} is not an audience", f"write one of: {known}")
        for name in value
        if name not in (*AUDIENCES, "any")
    ]
    missing = [name for name in AUDIENCES if name not in value]
    if missing and "any" not in value:
        what = f"there is no value for {', '.join(missing)}"
        problems.append(document.problem(path, what, "add it, or `any` for all others"))
    return problems


def _spread(value: Any) -> Value | Mapping[str, Value]:
    if not isinstance(value, Mapping):
        single: Value = value
        return single
    return {name: value.get(name, value.get("any")) for name in AUDIENCES}


def parameter_schema(parameters: Mapping[str, Parameter]) -> ParameterSchema:
    """Return the types that conditions are checked against."""
    return {
        name: ParameterType(parameter.type, parameter.by_audience)
        for name, parameter in parameters.items()
    }


def on_day(parameters: Mapping[str, Parameter], day: date) -> Parameters:
    """Return the values of all parameters on a day."""
    return {name: parameter.on(day) for name, parameter in parameters.items()}


def parameter_name(folder: Path, file: Path) -> str:
    """Return the name that a parameter has by its place: renewal/notice_days.yaml."""
    return ".".join(file.relative_to(folder).with_suffix("").parts)
