"""Read YAML that people write: safe types only, no duplicate keys, no aliases, places kept.

A reader gets the plain data and, for every key and item, the line and column where it stands, so
that each later complaint can point at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import yaml

from partner_lifecycle.errors import Problem, Problems

__all__ = ["Document", "Path", "parse_yaml", "read_yaml"]

Path = tuple[str | int, ...]
_LARGEST = 10 * 1024 * 1024
_DEEPEST = 50
_MOST_PARTS = 500_000
_PLAIN = ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")
_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in _PLAIN)
_TEXT, _NUMBER = "tag:yaml.org,2002:str", "tag:yaml.org,2002:int"
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """The data of one file and where each part of it stands (line and column from 1)."""

    file: str
    data: Any
    places: Mapping[Path, tuple[int, int]]
    text: str
    spans: Mapping[Path, tuple[int, int]]
    """Where each text or number begins and ends in `text`."""

    def problem(self, path: Path, what: str, remedy: str = "") -> Problem:
        """Return a problem at `path`, or at the nearest part around it that has a place."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Problem(self.file, line, column, what, remedy)

    def inside(self, path: Path, line: int, column: int) -> tuple[int, int]:
        """Return the place in the file of a line and column of the text that stands at `path`.

        Walks the file and the text side by side, as YAML may fold lines and add indents or quotes.
        """
        lines = str(self.data_at(path)).splitlines(keepends=True)
        before = "".join(lines[: line - 1]) + "".join(lines[line - 1 : line])[: column - 1]
        start, end = self.spans[path]
        at = start
        for wanted in [character for character in before if not character.isspace()] + [""]:
            while at < end and (self.text[at].isspace() or self.text[at] in "\"'|>-"):
                if self.text[at] == wanted:
                    break
                at += 1
            at += len(wanted)
        line_start = self.text.rfind("\n", 0, at) + 1
        return self.text.count("\n", 0, at) + 1, at - line_start + 1

    def data_at(self, path: Path) -> Any:
        """Return the part of the data at `path`."""
        data = self.data
        for part in path:
            data = data[part]
        return data


def read_yaml(path: FilePath, shown_as: str | None = None) -> Document:
    """Read one YAML file, named `shown_as` in messages.

    Raises Problems when it cannot be read, is not YAML, is larger than 10 MB or 500,000 parts,
    nests deeper than 50, or uses tags, anchors, aliases or a key twice.
    """
    file = shown_as or str(path)
    return parse_yaml(_text_of(path, file), file)


def parse_yaml(text: str, file: str, first_line: int = 1) -> Document:
    """Parse YAML text whose first line is line `first_line` of `file`; errors as `read_yaml`."""
    try:
        builder = _Builder(text, file, first_line)
        data = builder.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column + 1) if mark else (0, 1)
        what = f"this is not YAML: {error.problem or error.context}"
        remedy = "look here and in the line above: brackets, quotes, a colon, how far it is set in"
        raise _one(file, line + first_line, column, what, remedy) from error
    except yaml.YAMLError as error:
        raise _one(file, first_line, 1, f"this is not YAML: {error}") from error
    return Document(file, data, builder.places, text, builder.spans)


def _one(file: str, line: int, column: int, what: str, remedy: str = "") -> Problems:
    return Problems(f"{file} cannot be read", [Problem(file, line, column, what, remedy)])


def _text_of(path: FilePath, file: str) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise _one(file, 1, 1, "the file is larger than 10 MB", "split it into several files")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise _one(file, 1, 1, f"the file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _one(file, 1, 1, "the file is not UTF-8 text", "save it as UTF-8") from error


def _unreadable(text: str, tag: str, error: ValueError) -> tuple[str, str]:
    if tag == _NUMBER:
        return f"{text[:20]}… is a number of {len(text):,} digits", "write a smaller one"
    return f"{text[:40]!r} is no day: {error}", "write one of the calendar, or a text in quotes"


class _Builder:
    """Turns YAML's events into plain data in one pass, and notes where each part stands."""

    def __init__(self, text: str, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line
        self.places: dict[Path, tuple[int, int]] = {}
        self.spans: dict[Path, tuple[int, int]] = {}
        self._loader: Any = _Loader(text)

    def document(self) -> Any:
        """Return the data of the one document that the text holds, None when it holds none."""
        try:
            self._next()  # the stream begins
            if isinstance(self._next(), yaml.StreamEndEvent):
                return None
            data = self._build(self._next(), ())
            self._next()  # the document ends
            if not isinstance(after := self._next(), yaml.StreamEndEvent):
                raise _one(self.file, *self._place(after), "a second document begins here")
            return data
        finally:
            self._loader.dispose()

    def _next(self) -> yaml.Event:
        event: yaml.Event = self._loader.get_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            what = "anchors and aliases are not used here"
            raise _one(self.file, *self._place(event), what, "write it out")
        return event

    def _build(self, event: yaml.Event, path: Path) -> Any:
        self.places.setdefault(path, self._place(event))
        if len(self.places) > _MOST_PARTS:
            what = f"there are more than {_MOST_PARTS:,} parts in the file"
            raise _one(self.file, *self._place(event), what, "split it into several files")
        if len(path) > _DEEPEST:
            raise _one(self.file, *self._place(event), f"nested deeper than {_DEEPEST} levels")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, path)
        if event.start_mark and event.end_mark:
            self.spans[path] = (event.start_mark.index, event.end_mark.index)
        return self._scalar(event)

    def _place(self, event: yaml.Event) -> tuple[int, int]:
        mark = event.start_mark
        return (mark.line + self.first_line, mark.column + 1) if mark else (self.first_line, 1)

    def _sequence(self, event: yaml.SequenceStartEvent, path: Path) -> list[Any]:
        self._plain(event, event.tag)
        items: list[Any] = []
        while not isinstance(item := self._next(), yaml.SequenceEndEvent):
            items.append(self._build(item, (*path, len(items))))
        return items

    def _mapping(self, event: yaml.MappingStartEvent, path: Path) -> dict[Any, Any]:
        self._plain(event, event.tag)
        data: dict[Any, Any] = {}
        while not isinstance(at := self._next(), yaml.MappingEndEvent):
            key = self._scalar(at)
            if key in data:
                what = f"the key {key!s} stands here twice"
                raise _one(self.file, *self._place(at), what, "keep one of them")
            here = (*path, key if isinstance(key, int) else str(key))
            self.places[here] = self._place(at)
            data[key] = self._build(self._next(), here)
        return data

    def _scalar(self, event: yaml.Event) -> Any:
        if not isinstance(event, yaml.ScalarEvent):
            raise _one(self.file, *self._place(event), "a key is a text, not a list or a table")
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        self._plain(event, tag)
        if tag == _TEXT:
            return event.value
        try:
            return self._loader.construct_object(yaml.ScalarNode(tag, event.value))
        except ValueError as error:
            told = _unreadable(event.value, tag, error)
            raise _one(self.file, *self._place(event), *told) from error

    def _plain(self, event: yaml.Event, tag: str | None) -> None:
        if tag is not None and tag != "!" and tag not in _TAGS:
            what = f"{tag} is not plain YAML"
            raise _one(self.file, *self._place(event), what, "use text, numbers, dates, lists")
