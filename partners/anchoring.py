"""Makes the relative paths of a settings file relative to that file, wherever the job starts."""

from pathlib import Path
from typing import Any

__all__ = ["anchored"]

_SQLITE = "sqlite:///"
_PATHS = (("rules", "folder"), ("templates", "folder"), ("crm", "private_key_file"))


def anchored(document: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the document with its relative paths made absolute from `folder`.

    Values of another type than expected are left for the settings to refuse.
    """
    changed = {key: _copy(value) for key, value in document.items()}
    for section, key in _PATHS:
        _replace(changed, section, key, lambda text: str(folder / text))
    _replace(changed, "profile", "name", lambda text: _profile(text, folder))
    _replace_each(changed, "rules", "overlays", lambda text: _overlay(text, folder))
    _replace(changed, "store", "url", lambda text: _database(text, folder))
    return changed


def _copy(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value


def _replace(document: dict[str, Any], section: str, key: str, anchor: Any) -> None:
    values = document.get(section)
    if not isinstance(values, dict) or key not in values:
        return
    if isinstance(values[key], str):
        values[key] = anchor(values[key])


def _replace_each(document: dict[str, Any], section: str, key: str, anchor: Any) -> None:
    values = document.get(section)
    if isinstance(values, dict) and isinstance(values.get(key), list):
        values[key] = [anchor(each) if isinstance(each, str) else each for each in values[key]]


def _profile(text: str, folder: Path) -> str:
    """Return a profile's path anchored; a bare name is the name of a shipped profile."""
    is_path = text.endswith((".yaml", ".yml")) or "/" in text
    return str(folder / text) if is_path else text


def _overlay(text: str, folder: Path) -> str:
    """Return an overlay's path anchored; `plugin:NAME` is the rules of a plug-in."""
    return text if text.startswith("plugin:") else str(folder / text)


def _database(text: str, folder: Path) -> str:
    if not text.startswith(_SQLITE) or text in (_SQLITE, _SQLITE + ":memory:"):
        return text
    return _SQLITE + str(folder / text.removeprefix(_SQLITE))
