"""What `{% if … %}` may ask: fields, comparisons, `is present`, and, or, not; made into a slot.

As in the rules, a comparison with a missing value is false, and `not in` means `not (… in …)`.
"""

import operator
from collections.abc import Callable, Mapping

from jinja2 import nodes

from lifecycle.drafting.errors import Mistake
from lifecycle.drafting.filling import Filling, Slot
from lifecycle.drafting.names import did_you_mean
from lifecycle.drafting.reading import Fields, Get, dotted, is_field
from partner_lifecycle.views import ColumnType

__all__ = ["asked"]

_Ask = Callable[[Filling], bool]

_ORDER: Mapping[str, Callable[..., bool]] = {
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
}
_COMPARE: Mapping[str, Callable[..., bool]] = {"eq": operator.eq, "ne": operator.ne, **_ORDER}
_LITERALS: Mapping[ColumnType, type] = {
    ColumnType.TEXT: str,
    ColumnType.INTEGER: int,
    ColumnType.CENTS: int,
}


def asked(node: nodes.Expr, fields: Fields) -> Slot:
    """Return the slot of `{% if node %}`: true or false, never missing. Raises Mistake."""
    return Slot(_ask(node, fields))


def _ask(node: nodes.Node, fields: Fields) -> _Ask:
    match node:
        case nodes.And() | nodes.Or():
            left, right = _ask(node.left, fields), _ask(node.right, fields)
            if isinstance(node, nodes.And):
                return lambda filling: left(filling) and right(filling)
            return lambda filling: left(filling) or right(filling)
        case nodes.Not():
            inner = _ask(node.node, fields)
            return lambda filling: not inner(filling)
        case nodes.Test():
            return _present(node, fields)
        case nodes.Compare():
            return _comparison(node, fields)
        case _:
            return _boolean(node, fields)


def _present(node: nodes.Test, fields: Fields) -> _Ask:
    if node.name != "present" or node.args or node.kwargs:
        raise Mistake(f"unknown test {node.name}", "write `is present`", at=node.name)
    get = fields.get(dotted(node.node))
    return lambda filling: get(filling) is not None


def _boolean(node: nodes.Node, fields: Fields) -> _Ask:
    name = dotted(node)
    if fields.names.type_of(name) is not ColumnType.BOOLEAN:
        raise Mistake(f"{name} is neither true nor false", f"write `{name} is present`", at=name)
    get = fields.get(name)
    return lambda filling: get(filling) is True


def _comparison(node: nodes.Compare, fields: Fields) -> _Ask:
    name = dotted(node.expr)
    get = fields.get(name)
    if len(node.ops) != 1:
        raise Mistake("only one comparison at a time", "join two with `and`", at=name)
    (operand,) = node.ops
    if operand.op in ("in", "notin"):
        choices = _choices(name, fields, operand.expr)
        if operand.op == "in":
            return lambda filling: get(filling) in choices
        return lambda filling: get(filling) not in choices
    if operand.op in _ORDER and fields.names.type_of(name) is ColumnType.TEXT:
        raise Mistake(f"{name} is text: it has no order", "compare it with == or !=", at=name)
    compare, other = _COMPARE[operand.op], _other_side(name, fields, operand.expr)

    def holds(filling: Filling) -> bool:
        one, two = get(filling), other(filling)
        return one is not None and two is not None and compare(one, two)

    return holds


def _other_side(name: str, fields: Fields, node: nodes.Expr) -> Get:
    if not is_field(node):
        literal = _literal(name, fields, node)
        return lambda _filling: literal
    other = dotted(node)
    if fields.names.type_of(other) is not fields.names.type_of(name):
        raise Mistake(f"{name} and {other} hold different things", at=other)
    return fields.get(other)


def _choices(name: str, fields: Fields, node: nodes.Expr) -> frozenset[object]:
    if not isinstance(node, (nodes.List, nodes.Tuple)):
        raise Mistake("`in` wants a list", f'write {name} in ["…", "…"]', at=name)
    return frozenset(_literal(name, fields, item) for item in node.items)


def _literal(name: str, fields: Fields, node: nodes.Node) -> object:
    kind = fields.names.type_of(name)
    wanted = _LITERALS.get(kind)
    if not isinstance(node, nodes.Const) or type(node.value) is not wanted:
        can = {str: "a quoted text", int: "a whole number"}.get(wanted or object, "another field")
        raise Mistake(f"{name} holds {kind.value}", f"compare it with {can}", at=name)
    codes = fields.names.codes(name)
    if codes and node.value not in codes:
        hint = did_you_mean(str(node.value), list(codes))
        raise Mistake(f"{name} is never {node.value!r}", hint, at=str(node.value))
    return node.value
