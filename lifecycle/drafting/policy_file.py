"""templates/policy.yaml, read and checked: every key known, every phrase a text."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from lifecycle.drafting.names import did_you_mean
from lifecycle.drafting.policy import Forbidden, Policy, Required, Wording
from partner_lifecycle.errors import Problem, Problems
from partner_lifecycle.strict_yaml import Document, parse_yaml

__all__ = ["read_policy"]

_NEVER = ("cite", "because", "says", "allows")
_MUST = ("cite", "because", "purposes", "audiences", "kinds", "shows", "says")


def read_policy(path: Path, file: str, problems: list[Problem]) -> Policy:
    """Read policy.yaml; mistakes in it are added to `problems`."""
    try:
        document = parse_yaml(path.read_text("utf-8"), file)
    except Problems as error:
        problems.extend(error.problems)
        return Policy()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(file, 1, 1, f"cannot be read: {error}"))
        return Policy()
    never, must = (_entries(document, part, problems) for part in ("never", "must"))
    if not never:
        problems.append(Problem(file, 1, 1, "nothing is forbidden", "write it under `never`"))
    return Policy(
        tuple(_forbidden(name, written) for name, written in never.items()),
        tuple(_required(name, written) for name, written in must.items()),
        _wording(document, problems),
    )


def _wording(document: Document, problems: list[Problem]) -> Wording:
    written = document.data.get("words", {}) if isinstance(document.data, dict) else {}
    known = {each.name for each in fields(Wording)}
    if isinstance(written, dict) and not written.keys() - known and _is_wording(written):
        return Wording(**written)
    what = f"words has {', '.join(sorted(known))}, with whole numbers and a list"
    problems.append(document.problem(("words",), what))
    return Wording()


def _is_wording(written: Mapping[str, Any]) -> bool:
    ease = written.get("ease", {})
    rest = [value for key, value in written.items() if key not in ("ease", "languages")]
    listed = _is_words(written.get("languages", ["en"])) and isinstance(ease, dict)
    return listed and all(type(each) is int for each in (*ease.values(), *rest))


def _entries(document: Document, part: str, problems: list[Problem]) -> Mapping[str, Any]:
    """Return the sound entries of `never` or `must`; the others are added to `problems`."""
    written = document.data.get(part) if isinstance(document.data, dict) else None
    if not isinstance(written, dict):
        return {}
    sound = {}
    for name, entry in written.items():
        wrong = _wrong(entry, part)
        if wrong:
            problems.append(document.problem((part, name), f"{name}: {wrong}"))
        else:
            sound[str(name)] = entry
    return sound


def _wrong(entry: object, part: str) -> str:
    known = _NEVER if part == "never" else _MUST
    needed = known[:3] if part == "never" else known[:2]
    if not isinstance(entry, dict):
        return f"write {', '.join(needed)}"
    for key in needed:
        if not entry.get(key):
            return f"there is no {key}"
    for key, value in entry.items():
        if key not in known:
            return did_you_mean(str(key), list(known)) or f"unknown key {key}"
        if key in ("says", "allows") and not _is_phrases(value):
            return f'{key} must be phrases by language: en: ["…", "…"]'
        if key not in ("says", "allows", "because") and not _is_words(value):
            return f"{key} must be a list of texts"
    return ""


def _is_words(written: object) -> bool:
    return (
        isinstance(written, list)
        and bool(written)
        and all(isinstance(each, str) and each.strip(" *") for each in written)
    )


def _is_phrases(written: object) -> bool:
    return isinstance(written, dict) and all(map(_is_words, written.values()))


def _forbidden(name: str, written: Mapping[str, Any]) -> Forbidden:
    cite, because = tuple(written["cite"]), str(written["because"])
    return Forbidden(name, because, cite, written["says"], written.get("allows", {}))


def _required(name: str, written: Mapping[str, Any]) -> Required:
    def words(key: str) -> frozenset[str]:
        return frozenset(written.get(key, ()))

    return Required(
        name=name,
        because=str(written["because"]),
        cite=tuple(written["cite"]),
        purposes=words("purposes"),
        audiences=words("audiences"),
        kinds=words("kinds"),
        shows=words("shows"),
        says=written.get("says", {}),
    )
