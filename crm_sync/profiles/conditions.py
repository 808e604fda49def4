"""`where`: which records count. Equality and its combinations, nothing more.

    where: {IsClosed: true, Type: [Call, Email, null]}   all of them; a list means any of its values
    where: {not: {...}}    where: {any: [{...}, {...}]}    where: {Id: {field: other.Field}}

A missing value equals only `null`, and `not` of anything unknown is true.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainValidator

from crm_sync.profiles.names import check_reference

__all__ = ["AllOf", "AnyOf", "Condition", "Equals", "Not", "Same", "Scalar", "Where", "references"]

Scalar = str | bool | int


@dataclass(frozen=True)
class Equals:
    """The field holds one of the values; None stands for a missing value."""

    field: str
    values: tuple[Scalar | None, ...]


@dataclass(frozen=True)
class Same:
    """Two fields hold the same value."""

    field: str
    other: str


@dataclass(frozen=True)
class Not:
    """The condition does not hold."""

    condition: "Condition"


@dataclass(frozen=True)
class AllOf:
    """Every condition holds."""

    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True)
class AnyOf:
    """At least one condition holds."""

    conditions: "tuple[Condition, ...]"


Condition = Equals | Same | Not | AllOf | AnyOf


def references(condition: Condition) -> Iterator[str]:
    """Return the fields that a condition reads."""
    match condition:
        case Equals(field):
            yield field
        case Same(field, other):
            yield from (field, other)
        case Not(inner):
            yield from references(inner)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from references(part)


def _parse(raw: Any) -> Condition:
    if not isinstance(raw, dict) or not raw:
        raise ValueError("a condition is written {Field: value}, {not: ...}, {any: [...]}")
    parts = tuple(_part(key, value) for key, value in raw.items())
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _part(key: object, value: Any) -> Condition:
    if key == "not":
        return Not(_parse(value))
    if key in {"any", "all"}:
        if not isinstance(value, list) or not value:
            raise ValueError(f"`{key}` takes a list of conditions")
        parts = tuple(_parse(each) for each in value)
        return AnyOf(parts) if key == "any" else AllOf(parts)
    field = check_reference(key)
    if isinstance(value, dict):
        if value.keys() != {"field"}:
            raise ValueError(f"`{field}` takes a value, a list of values or {{field: Name}}")
        return Same(field, check_reference(value["field"]))
    values = value if isinstance(value, list) else [value]
    if not values or not all(each is None or isinstance(each, Scalar) for each in values):
        raise ValueError(f"`{field}` takes a value, a list of values or {{field: Name}}")
    return Equals(field, tuple(values))


Where = Annotated[Condition, PlainValidator(_parse)]
