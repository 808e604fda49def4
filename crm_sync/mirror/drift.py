"""How an object of the org differs from the table that mirrors it: told, and never guessed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, inspect

from crm_sync.mirror.kinds import Kind, kind_stored_as

__all__ = ["Kinds", "Moved", "Warned", "moved", "stored_kinds"]

Kinds = Mapping[str, Kind]


@dataclass(frozen=True)
class Warned:
    """Something about an object that a person must see."""

    object: str
    what: str


@dataclass(frozen=True)
class Moved:
    """One object: fields to read, fields that the mirror holds, and what is to be told."""

    name: str
    read: Kinds
    kept: Kinds
    warnings: tuple[Warned, ...]


def stored_kinds(connection: Connection, names: Iterable[str]) -> Mapping[str, Kinds]:
    """Return the columns of the mirrored tables of these objects, by field."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    found: dict[str, Kinds] = {}
    for name in names:
        if f"crm_{name}" in there:
            columns = inspector.get_columns(f"crm_{name}")
            kinds = {each["name"]: kind_stored_as(each["type"]) for each in columns}
            found[name] = {field: kind for field, kind in kinds.items() if kind is not None}
    return found


def moved(name: str, present: Kinds, stored: Kinds, *, anew: bool) -> Moved:
    """Compare what the org has of the profile's fields with the stored columns.

    A field that vanished or changed its kind keeps its column and its values, and is not read;
    read `anew`, it takes its new kind.
    """
    changed = {} if anew else _changed(present, stored)
    read = {field: kind for field, kind in present.items() if field not in changed}
    vanished = sorted(stored.keys() - present.keys())
    told = [
        Warned(
            name,
            f"{name}.{field} has vanished from the org (deleted, or hidden from our user): it is "
            "not read any more, its values here stay as they were.",
        )
        for field in vanished
    ]
    told += [
        Warned(
            name,
            f"{name}.{field} was {old.value} and is now {present[field].value} in the org: it is "
            f"not read, its values here stay as they were. To take the new type: partners sync "
            f"--full --objects {name}",
        )
        for field, old in changed.items()
    ]
    kept = {**read, **{field: stored[field] for field in (*vanished, *changed)}}
    return Moved(name, read, kept, tuple(told))


def _changed(present: Kinds, stored: Kinds) -> Kinds:
    return {
        field: stored[field]
        for field, kind in present.items()
        if field in stored and stored[field] is not kind
    }
