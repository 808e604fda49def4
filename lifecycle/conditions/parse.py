"""Read a condition: one Python expression, parsed and never executed, into a typed tree.

Everything not on the short list below is refused with its place and what to write instead.
"""

import ast
from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from lifecycle.conditions.functions import functions
from lifecycle.conditions.spelling import Mistake, column_of, spelt
from lifecycle.conditions.tree import (
    And,
    Arithmetic,
    ArithmeticSymbol,
    Call,
    Compare,
    Comparison,
    Fact,
    Literal,
    Missing,
    Node,
    Not,
    OneOf,
    Or,
    Parameter,
)
from lifecycle.conditions.types import LARGEST, ParameterSchema, ParameterType, Schema, ValueType
from partner_lifecycle.names import did_you_mean

__all__ = ["Mistake", "parse"]

_COMPARISONS: Mapping[type[ast.cmpop], Comparison] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_EXAMPLES: Mapping[ValueType, str] = {
    ValueType.TEXT: '"text"',
    ValueType.NUMBER: "3",
    ValueType.BOOLEAN: "True",
    ValueType.DATE: 'date("2026-01-31")',
}
_OTHERWISE = {
    "true": "write True",
    "false": "write False",
    "null": "write None",
    "none": "write None",
}
"""Words of other languages, in small letters, and what they are here."""
_AUDIENCE = "partner.audience"
_LITERALS = {str: ValueType.TEXT, bool: ValueType.BOOLEAN, int: ValueType.NUMBER}


def parse(
    text: str, facts: Schema, parameters: ParameterSchema
) -> tuple[Node | None, list[Mistake]]:
    """Return the tree of a condition and every mistake in it; the tree is None if there are any."""
    reader = _Reader(facts, parameters)
    try:
        tree = reader.condition(spelt(text))
    except Mistake as mistake:
        reader.mistakes.append(mistake)
        tree = None
    return (None if reader.mistakes else tree), reader.mistakes


class _Reader:
    """Turns Python's tree into ours, collecting mistakes instead of stopping at the first."""

    def __init__(self, facts: Schema, parameters: ParameterSchema) -> None:
        self.facts = facts
        self.parameters = parameters
        self.mistakes: list[Mistake] = []

    def condition(self, node: ast.expr) -> Node:
        """Read something that must be true or false."""
        match node:
            case ast.BoolOp(op=operator, values=values):
                parts = tuple(self._collected(value) for value in values)
                return And(parts) if isinstance(operator, ast.And) else Or(parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.condition(operand))
            case ast.Compare(left=left, ops=operators, comparators=rest):
                return self._comparison([left, *rest], operators)
        value = self.value(node)
        if value.type is not ValueType.BOOLEAN:
            raise _at(node, f"this is a {value.type}, not a condition", "compare it with something")
        return value

    def _collected(self, node: ast.expr) -> Node:
        try:
            return self.condition(node)
        except Mistake as mistake:
            self.mistakes.append(mistake)
            return Literal(False, ValueType.BOOLEAN)

    def _comparison(self, operands: list[ast.expr], operators: list[ast.cmpop]) -> Node:
        links = tuple(
            self._link(left, operator, right)
            for (left, right), operator in zip(pairwise(operands), operators, strict=True)
        )
        return links[0] if len(links) == 1 else And(links)

    def _link(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Node:
        match operator:
            case ast.Is() | ast.IsNot():
                return self._missing(left, operator, right)
            case ast.In() | ast.NotIn():
                item = self.value(left)
                among = OneOf(item, self._options(right, item))
                return among if isinstance(operator, ast.In) else Not(among)
        symbol = _COMPARISONS[type(operator)]
        for side in (left, right):
            if isinstance(side, ast.Constant) and side.value is None:
                remedy = "write `is None` or `is not None`"
                raise _at(side, f"nothing is ever {symbol} None", remedy)
        first, second = self.value(left), self.value(right)
        self._comparable(left, symbol, first, second)
        self._known(right, first, second)
        self._known(left, second, first)
        return Compare(symbol, first, second)

    def _missing(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Node:
        if not (isinstance(right, ast.Constant) and right.value is None):
            raise _at(right, "`is` goes with None only", "write `==`")
        missing = Missing(self.value(left))
        return missing if isinstance(operator, ast.Is) else Not(missing)

    def _options(self, node: ast.expr, item: Node) -> tuple[Literal, ...]:
        if not isinstance(node, ast.List | ast.Tuple) or not node.elts:
            raise _at(node, "`in` needs a list of values", 'write `in ["a", "b"]`')
        options = []
        for element in node.elts:
            option = self.value(element)
            if not isinstance(option, Literal):
                raise _at(element, "a list holds values only", "compare facts with `==` and `or`")
            self._comparable(element, "==", item, option)
            self._known(element, item, option)
            options.append(option)
        return tuple(options)

    def _comparable(self, node: ast.expr, symbol: str, left: Node, right: Node) -> None:
        if left.type is not right.type:
            what = f"a {left.type} cannot be compared with a {right.type}"
            raise _at(node, what, "compare values of one type")
        if symbol not in ("==", "!=") and left.type in (ValueType.TEXT, ValueType.BOOLEAN):
            raise _at(node, f"a {left.type} has no order", "use == or !=")

    def _known(self, node: ast.expr, fact: Node, literal: Node) -> None:
        if not (isinstance(fact, Fact) and isinstance(literal, Literal) and fact.values):
            return
        if literal.value not in fact.values:
            known = ", ".join(fact.values)
            what = f"{fact.name} is never {literal.value!r}"
            raise _at(node, what, f"it is one of: {known}{_similar(literal.value, fact.values)}")

    def value(self, node: ast.expr) -> Node:
        """Read a value: a literal, a fact, a parameter, `date(...)` or arithmetic."""
        match node:
            case ast.Constant():
                return self._literal(node)
            case ast.Name() | ast.Attribute():
                return self._fact(node)
            case ast.Call(func=ast.Name(id="param")):
                return self._parameter(node)
            case ast.Call(func=ast.Name(id="date"), args=[ast.Constant(value=str(text))]):
                return self._date(node, text)
            case ast.BoolOp() | ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return self.condition(node)
        return self._computed(node)

    def _computed(self, node: ast.expr) -> Node:
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
                return Literal(-number, ValueType.NUMBER)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.Call(func=called) if (name := _dotted(called)) in functions():
                return self._function(node, name)
        raise _at(node, *_refusal(node))

    def _literal(self, node: ast.Constant) -> Literal:
        kind = _LITERALS.get(type(node.value))
        if kind is None:
            remedy = "write money in cents" if isinstance(node.value, float) else "leave it out"
            raise _at(node, f"{node.value!r} is not a text, a whole number, True or False", remedy)
        if isinstance(node.value, int) and abs(node.value) > LARGEST:
            raise _at(node, "the number is larger than 2^53", "write a smaller one")
        assert isinstance(node.value, str | int)  # noqa: S101 - the types in _LITERALS
        return Literal(node.value, kind)

    def _fact(self, node: ast.Name | ast.Attribute) -> Fact:
        name = _dotted(node)
        known = self.facts.get(name)
        if known is None:
            remedy = _OTHERWISE.get(name.casefold()) or _instead_of(name, self.facts)
            raise _at(node, f"there is no fact {name}", remedy, name)
        return Fact(name, known.type, known.values)

    def _parameter(self, node: ast.Call) -> Parameter:
        match node.args:
            case [ast.Constant(value=str(name)), *more] if len(more) <= 1 and not node.keywords:
                known = self.parameters.get(name)
                if known is None:
                    remedy = _instead_of(name, self.parameters)
                    raise _at(node, f"there is no parameter {name}", remedy, name)
                return Parameter(name, known.type, self._audience(node, more, known))
        raise _at(node, "param() is called wrongly", 'write param("name", partner.audience)')

    def _audience(self, node: ast.Call, given: list[ast.expr], known: ParameterType) -> Node | None:
        if given:
            audience = self.value(given[0])
            if audience.type is not ValueType.TEXT:
                raise _at(given[0], "the audience must be a text", "write partner.audience")
            self._known(given[0], self._partner_audience, audience)
            return audience
        if known.by_audience:
            raise _at(node, "this parameter differs by audience", "add partner.audience to param()")
        return None

    @property
    def _partner_audience(self) -> Fact:
        known = self.facts.get(_AUDIENCE)
        return Fact(_AUDIENCE, ValueType.TEXT, known.values if known else ())

    def _function(self, node: ast.Call, name: str) -> Call:
        function = functions()[name]
        arguments = tuple(self.value(each) for each in node.args)
        if node.keywords or tuple(each.type for each in arguments) != function.takes:
            takes = ", ".join(f"a {kind}" for kind in function.takes)
            raise _at(node, f"{name}() is called wrongly", f"it takes {takes}")
        if function.literal_last and not isinstance(arguments[-1], Literal):
            remedy = f"write {name}(…, {_EXAMPLES[function.takes[-1]]})"
            raise _at(node, f"the last argument of {name}() must be written out", remedy)
        return Call(name, arguments, function.gives)

    def _date(self, node: ast.Call, text: str) -> Literal:
        try:
            return Literal(date.fromisoformat(text), ValueType.DATE)
        except ValueError as error:
            raise _at(node, f"{text!r} is not a date", 'write date("2026-01-31")') from error

    def _arithmetic(self, node: ast.BinOp) -> Arithmetic:
        left, right = self.value(node.left), self.value(node.right)
        match node.op, left.type, right.type:
            case (
                ast.Add() | ast.Sub() | ast.Mult()
            ) as operator, ValueType.NUMBER, ValueType.NUMBER:
                return Arithmetic(_SYMBOLS[type(operator)], left, right, ValueType.NUMBER)
            case ast.Sub(), ValueType.DATE, ValueType.DATE:
                return Arithmetic("-", left, right, ValueType.NUMBER)
            case (ast.Add() | ast.Sub()) as operator, ValueType.DATE, ValueType.NUMBER:
                return Arithmetic(_SYMBOLS[type(operator)], left, right, ValueType.DATE)
        what = f"{left.type} and {right.type} cannot be combined so"
        raise _at(node, what, "use + - * on whole numbers, date - date, or date + days")


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=owner, attr=name):
            return f"{_dotted(owner)}.{name}"
    return ast.unparse(node)


def _at(node: ast.expr, what: str, remedy: str = "", about: str = "") -> Mistake:
    line, column = node.lineno, column_of(node.lineno, node.col_offset + 1)
    return Mistake(what, remedy, line, column, about)


_SYMBOLS: Mapping[type[ast.operator], ArithmeticSymbol] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
}


_USE = "use facts, values, param(), date(), + - *, and comparisons"
_FOREIGN: Mapping[type[ast.expr], tuple[str, str]] = {
    ast.Call: ("a call", _USE),
    ast.Subscript: ("an index", _USE),
    ast.Lambda: ("a function", _USE),
    ast.ListComp: ("a comprehension", _USE),
    ast.GeneratorExp: ("a comprehension", _USE),
    ast.JoinedStr: ("a formatted text", _USE),
    ast.IfExp: ("an if", "write one rule for each"),
    ast.NamedExpr: ("an assignment", "write == to compare"),
    ast.Tuple: ("a comma", "write `and` or `or` between conditions"),
}


def _refusal(node: ast.expr) -> tuple[str, str]:
    """Return what is not part of the language, and what to write instead."""
    match node:
        case ast.Call(func=ast.Name(id="date")):
            return "date() is called wrongly", 'write date("2026-01-31")'
        case ast.Call(func=ast.Name() | ast.Attribute() as called):
            name, known = _dotted(called), sorted([*functions(), "date", "param"])
            what = f"{name}() is not part of the rule language"
            return what, did_you_mean(name, known, f"it has {', '.join(known)}")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return "a minus stands before numbers only", f"write 0 - {_short(operand)}"
        case ast.UnaryOp(op=ast.UAdd()):
            return "a plus stands between numbers", "leave it out"
    what, remedy = _FOREIGN.get(type(node), ("this", _USE))
    return f"{what} is not part of the rule language", remedy


def _short(node: ast.expr) -> str:
    return _dotted(node) if isinstance(node, ast.Name | ast.Attribute) else "…"


def _similar(value: object, values: tuple[str, ...]) -> str:
    hint = did_you_mean(str(value), values, shown=repr)
    return f"; {hint}" if hint else ""


def _instead_of(name: str, known: Mapping[str, object]) -> str:
    if hint := did_you_mean(name, known):
        return hint
    family, dot, _ = name.partition(".")
    relatives = sorted(other for other in known if other.partition(".")[0] == family)
    if relatives:
        return f"there are: {', '.join(relatives)}"
    families = ", ".join(sorted({other.partition(".")[0] for other in known}))
    return f"there are: {families}{'; or is a plug-in not installed?' if dot else ''}"
