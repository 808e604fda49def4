"""What a rule does, put beside what it does in another rulebook."""

from collections.abc import Iterator, Mapping
from typing import Any

from lifecycle.rulebook import Rule, Rulebook

__all__ = ["changed_actions"]

_NOTHING = "nothing"
_ONCE = ("once_per", "max_actions")


def changed_actions(
    old: Rulebook, new: Rulebook, names: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Return for each rule of both that acts otherwise what changed: before and after.

    `names` has the present id of each rule of the old rulebook.
    """
    both = {names[rule.id]: rule for rule in old.rules if names[rule.id] in new.by_id}
    pairs = {name: _apart(_acts(rule), _acts(new.by_id[name])) for name, rule in both.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _acts(rule: Rule) -> dict[str, str]:
    """Return all that a rule does, by key, parts of parts too: task.due_in_days."""
    once = {key: getattr(rule, key) for key in _ONCE}
    return dict(_flat({**rule.then.model_dump(exclude_none=True), **once}))


def _flat(done: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in done.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        elif value is not None:
            yield f"{above}{key}", str(value).lower() if isinstance(value, bool) else str(value)


def _apart(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, str]:
    """Return only what differs of both, in words."""
    keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    return _said(keys, old), _said(keys, new)


def _said(keys: list[str], done: Mapping[str, str]) -> str:
    return ", ".join(f"{key}: {done[key]}" for key in keys if key in done) or _NOTHING
