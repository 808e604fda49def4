"""YAML read strictly: nothing executed, no key twice, words kept as written, places remembered.

Profiles share their parts by anchors and `<<`, which the reader of rules and templates refuses.
"""

import re
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from partner_lifecycle import Problem, Problems

__all__ = ["YamlFile"]

_MERGE = "<<"
_MOST_PARTS, _DEEPEST = 50_000, 50


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain words: `on`, `no` and dates stay text; only true and false are truths."""

    yaml_implicit_resolvers = {  # noqa: RUF012  (the name and the shape are PyYAML's)
        first: [
            (tag, pattern)
            for tag, pattern in resolvers
            if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}
        ]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])


class YamlFile:
    """One file: its `data`, and where each part of it stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._problems: list[Problem] = []
        self._parts = 0
        self._root = self._compose()
        self.data = self._read(self._root) if self._root else None
        if self._problems:
            raise Problems(f"{path.name} is not a file we can read.", self._problems)

    def problem(self, place: Sequence[object], what: str, remedy: str = "") -> Problem:
        """Return a problem at `place`, the keys and positions that lead there from the top."""
        node = shown = self._root
        for step in place:
            shown, node = _child(node, step) or (shown, node)
        return self._at(shown, what, remedy)

    def _compose(self) -> yaml.Node | None:
        text = self.path.read_text(encoding="utf-8")
        self._loader = _Loader(text)
        try:
            node: yaml.Node | None = self._loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            what = f"this is not YAML: {error.problem}"
            problem = Problem(str(self.path), line, column, what)
            raise Problems(f"{self.path.name} is not a file we can read.", [problem]) from error
        return node

    def _read(self, node: yaml.Node, depth: int = 0) -> Any:
        self._parts += 1
        if self._parts > _MOST_PARTS or depth > _DEEPEST:
            # Anchors that refer to one another may stand for billions of parts, or for no end.
            what = "its anchors stand for more than a profile can hold"
            problem = self._at(node, what, "write it out")
            raise Problems(f"{self.path.name} is not a file we can read.", [problem])
        if isinstance(node, yaml.MappingNode):
            self._refuse_doubles(node)
            return {self._key(key): self._read(value, depth + 1) for key, value in _pairs(node)}
        if isinstance(node, yaml.SequenceNode):
            return [self._read(each, depth + 1) for each in node.value]
        return self._loader.construct_object(node)

    def _key(self, node: yaml.Node) -> Hashable:
        if isinstance(node, yaml.ScalarNode):
            key: Hashable = self._loader.construct_object(node)
            return key
        self._problems.append(self._at(node, "a key must be a word", "quote it"))
        return None

    def _refuse_doubles(self, node: yaml.MappingNode) -> None:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in seen:
                self._problems.append(
                    self._at(key, f"`{key.value}` stands here twice", "keep one of them")
                )
            seen.add(key.value)

    def _at(self, node: yaml.Node | None, what: str, remedy: str) -> Problem:
        if node is None:
            return Problem(str(self.path), 1, 1, what, remedy)
        mark = node.start_mark
        return Problem(str(self.path), mark.line + 1, mark.column + 1, what, remedy)


def _pairs(node: yaml.MappingNode, depth: int = 0) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Return a mapping's entries, those it takes over by `<<` first so that its own win."""
    for key, value in node.value:
        if key.value == _MERGE and isinstance(value, yaml.MappingNode) and depth < _DEEPEST:
            yield from _pairs(value, depth + 1)
    yield from ((key, value) for key, value in node.value if key.value != _MERGE)


def _child(node: yaml.Node | None, step: object) -> tuple[yaml.Node, yaml.Node] | None:
    """Return the node to show a person for a step into `node`, and the one to go on from."""
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(list(_pairs(node))):
            if key.value == (str(step).lower() if isinstance(step, bool) else str(step)):
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None
