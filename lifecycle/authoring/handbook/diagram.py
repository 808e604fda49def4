"""The stages as a diagram: those on the way one below the other, the last beside them.

The layout is computed, so that the same rules give the same picture. Lengths are in SVG units.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lifecycle.facts import STAGES
from lifecycle.rulebook import Rule, Rulebook

__all__ = ["Box", "Diagram", "Edge", "draw"]

_LEFT, _WIDTH, _HEIGHT = 92, 132, 54
_LAST_LEFT, _LAST_WIDTH = 384, 92
_GAP = 62
_LINE, _ID = 18, 46
_PER_LINE = 3
_APART = 15
"""How far two arrows between the same boxes stand from the middle."""


@dataclass(frozen=True)
class Box:
    """A stage."""

    stage: str
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        """Return the middle of the box."""
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True)
class Label:
    """The id of a rule on an arrow, centred at (x, y)."""

    rule_id: str
    x: int
    y: int


@dataclass(frozen=True)
class Edge:
    """An arrow from one stage to another, as an SVG path, with the rules that take it."""

    path: str
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Diagram:
    """The whole picture."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]


def draw(rulebook: Rulebook) -> Diagram:
    """Return the diagram of all moves between stages."""
    *way, last = STAGES
    boxes = {
        stage: Box(stage, _LEFT, _APART + place * (_HEIGHT + _GAP), _WIDTH, _HEIGHT)
        for place, stage in enumerate(way)
    }
    bottom = boxes[way[-1]].y + _HEIGHT
    boxes[last] = Box(last, _LAST_LEFT, _APART, _LAST_WIDTH, bottom - _APART)
    edges = tuple(_edges(_moves(rulebook), boxes))
    width = _LAST_LEFT + _LAST_WIDTH + 6
    return Diagram(width, bottom + _APART, tuple(boxes.values()), edges)


def _moves(rulebook: Rulebook) -> Mapping[tuple[str, str], Sequence[Rule]]:
    moves: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for rule in sorted(rulebook.rules, key=lambda rule: rule.id):
        for stage in STAGES:
            if rule.then.move_to and rule.applies_at(stage) and rule.then.move_to != stage:
                moves[stage, rule.then.move_to].append(rule)
    return moves


def _edges(
    moves: Mapping[tuple[str, str], Sequence[Rule]], boxes: Mapping[str, Box]
) -> Iterator[Edge]:
    last = STAGES[-1]
    arcs = 0
    for (start, end), rules in moves.items():
        ids = [rule.id for rule in rules]
        both = (end, start) in moves
        if last in (start, end):
            yield _across(boxes[start], boxes[end], ids, both)
        elif STAGES.index(end) == STAGES.index(start) + 1:
            yield _down(boxes[start], boxes[end], ids)
        else:
            yield _around(boxes[start], boxes[end], ids, arcs)
            arcs += 1


def _down(start: Box, end: Box, ids: Sequence[str]) -> Edge:
    x, top, bottom = start.middle[0], start.y + start.height, end.y
    first = x + 14 + _ID // 2
    return Edge(f"M{x} {top}V{bottom - 2}", _labels(ids, first, (top + bottom) // 2, 3))


def _across(start: Box, end: Box, ids: Sequence[str], both: bool) -> Edge:
    """Draw level with the box on the way; the way back to it runs above the way out of it."""
    outward = end.x > start.x
    beside = start if outward else end
    y = beside.middle[1] + (0 if not both else _APART if outward else -_APART)
    left, right = beside.x + beside.width, _LAST_LEFT
    path = f"M{left} {y}H{right - 2}" if outward else f"M{right} {y}H{left + 2}"
    rows = -(-len(ids) // _PER_LINE)
    above = y - 11 - (rows - 1) * _LINE // 2
    below = y + 12 + (rows - 1) * _LINE // 2
    columns = min(len(ids), _PER_LINE)
    first = (left + right) // 2 - (columns - 1) * _ID // 2
    return Edge(path, _labels(ids, first, below if both and outward else above, _PER_LINE))


def _around(start: Box, end: Box, ids: Sequence[str], place: int) -> Edge:
    """Draw an arc on the left, further out for each one more."""
    out = _LEFT - 44 - 14 * place
    (_, y), (_, back) = start.middle, end.middle
    path = f"M{_LEFT} {y}C{out} {y} {out} {back} {_LEFT - 2} {back}"
    return Edge(path, _labels(ids, out - 14, (y + back) // 2, 1))


def _labels(ids: Sequence[str], first: int, middle: int, columns: int) -> tuple[Label, ...]:
    rows = -(-len(ids) // columns)
    top = middle - (rows - 1) * _LINE // 2
    return tuple(
        Label(name, first + place % columns * _ID, top + place // columns * _LINE)
        for place, name in enumerate(ids)
    )
