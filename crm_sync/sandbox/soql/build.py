"""From lark's rules to the tree: one method per rule of grammar.lark."""

from typing import Any

from lark import Token, Transformer, v_args

from crm_sync.sandbox.soql import tree
from crm_sync.sandbox.soql.tree import Kind, Name

__all__ = ["Build", "Refusal"]

_WORDS = {"true": Kind.BOOLEAN, "false": Kind.BOOLEAN, "null": Kind.NULL}
_SCOPES = frozenset(
    {"allprivate", "delegated", "everything", "mine", "mine_and_my_groups", "my_territory"}
    | {"my_team_territory", "scopingrule", "team"}
)
_MODES = frozenset({"security_enforced", "user_mode", "system_mode"})
_TRACKING = frozenset({"tracking", "viewstat"})


class Refusal(Exception):
    """A word that the grammar lets through but SOQL does not."""

    def __init__(self, name: Name, what: str | None = None, code: str = "MALFORMED_QUERY") -> None:
        super().__init__(what)
        self.at = name.at
        self.what = what or f"unexpected token: '{name.text}'"
        self.code = code


def _one_of(name: Name, allowed: frozenset[str]) -> Name:
    if name.text.lower() not in allowed:
        raise Refusal(name)
    return name


@v_args(inline=True)
class Build(Transformer[Token, Any]):
    """Turns every rule into its part of the tree as soon as it has been read."""

    NAME = staticmethod(lambda token: Name(str(token), token.start_pos))

    def query(self, items: Any, sources: Any, where: Any, _withs: Any, *rest: Any) -> tree.Query:
        """Collect the clauses."""
        group, order, limit, offset, all_rows = rest
        keys, having = group or ((), None)
        return tree.Query(items, sources, where, keys, having, order or (), limit, offset, all_rows)

    def count_rows(self, name: Name) -> tuple[tree.Item, ...]:
        """SELECT COUNT() selects nothing but the number of rows."""
        if name.text.lower() != "count":
            raise Refusal(Name(")", name.at + len(name.text) + 1))
        return ()

    def items(self, *items: Any) -> tuple[Any, ...]:
        """List what is selected."""
        return items

    def item(self, what: tree.Operand, alias: Name | None) -> tree.Item:
        """One field or function."""
        return tree.Item(what, alias)

    def child(self, query: tree.Query, _alias: Name | None) -> tree.Child:
        """One child relationship."""
        return tree.Child(query)

    def polymorphic(self, chosen: tree.TypeOf, _alias: Name | None) -> tree.TypeOf:
        """One TYPEOF."""
        return chosen

    def typeof(self, path: Name, *parts: Any) -> tree.TypeOf:
        """TYPEOF with its branches."""
        whens = tuple(part for part in parts if isinstance(part, tree.When))
        otherwise = parts[-1] if isinstance(parts[-1], tuple) else ()
        return tree.TypeOf(path, whens, otherwise)

    def when(self, sobject: Name, names: tuple[Name, ...]) -> tree.When:
        """One branch of TYPEOF."""
        return tree.When(sobject, names)

    def otherwise(self, names: tuple[Name, ...]) -> tuple[Name, ...]:
        """Return the ELSE branch of TYPEOF."""
        return names

    def names(self, *names: Name) -> tuple[Name, ...]:
        """List plain names."""
        return names

    def path(self, name: Name) -> Name:
        """One field."""
        return name

    def call(self, name: Name, *arguments: Any) -> tree.Call:
        """One function."""
        return tree.Call(name.text.upper(), arguments, name.at)

    def sources(self, *sources: tree.Source) -> tuple[tree.Source, ...]:
        """List what FROM names."""
        return sources

    def source(self, name: Name, alias: Name | None, scope: Name | None) -> tree.Source:
        """One object of FROM."""
        return tree.Source(name, alias, scope)

    def scope(self, name: Name) -> Name:
        """USING SCOPE, which only has to be one that exists."""
        if name.text.lower() not in _SCOPES:
            raise Refusal(name, f"invalid query scope: '{name.text}'", "INVALID_QUERY_SCOPE")
        return name

    def where(self, condition: tree.Condition) -> tree.Condition:
        """Return WHERE's condition."""
        return condition

    def all_of(self, *parts: tree.Condition) -> tree.AllOf:
        """Join conditions by AND."""
        return tree.AllOf(parts)

    def any_of(self, *parts: tree.Condition) -> tree.AnyOf:
        """Join conditions by OR."""
        return tree.AnyOf(parts)

    def negated(self, part: tree.Condition) -> tree.Negated:
        """Negate a condition."""
        return tree.Negated(part)

    def comparison(self, left: tree.Operand, operator: str, right: Any) -> tree.Comparison:
        """One test."""
        symbol = "!=" if operator == "<>" else str(operator).upper()
        return tree.Comparison(left, symbol, right)

    bound_list = comparison

    def within(self) -> str:
        """IN."""
        return "IN"

    def without(self) -> str:
        """NOT IN."""
        return "NOT IN"

    def values(self, *values: tree.Literal) -> tuple[tree.Literal, ...]:
        """List the values of IN, INCLUDES and EXCLUDES."""
        return values

    def semi_join(
        self, selected: tree.Operand, sources: Any, where: Any, _withs: Any
    ) -> tree.SemiJoin:
        """Return the statement inside IN."""
        return tree.SemiJoin(selected, sources, where, selected.at)

    def word(self, name: Name) -> tree.Literal:
        """TRUE, FALSE, NULL or a period like TODAY; whether it is one is checked later."""
        return tree.Literal(_WORDS.get(name.text.lower(), Kind.PERIOD), name.text, name.at)

    def dated_word(self, name: Name, count: Token) -> tree.Literal:
        """Read LAST_N_DAYS:n and its like."""
        if not str(count).isdigit():
            raise Refusal(Name(str(count), count.start_pos or 0))
        return tree.Literal(Kind.PERIOD, name.text, name.at, int(count))

    def bind(self, name: Name) -> tree.Literal:
        """Read an Apex variable, which no org accepts over REST."""
        return tree.Literal(Kind.BIND, f":{name.text}", name.at - 1)

    def literal(self, token: Token) -> tree.Literal:
        """One value."""
        return tree.Literal(Kind(token.type.lower()), str(token), token.start_pos or 0)

    def withs(self, *_withs: Any) -> None:
        """WITH changes nothing here: every user of this org sees everything."""

    def mode(self, name: Name) -> None:
        """WITH SECURITY_ENFORCED and its like."""
        _one_of(name, _MODES)

    def setting(self, _name: Name, _operator: Token, _value: tree.Literal) -> None:
        """WITH key = value."""

    def categories(self, *_categories: Any) -> None:
        """WITH DATA CATEGORY."""

    def category(self, _group: Name, _names: Any) -> None:
        """One data category."""

    def group(self, *parts: Any) -> tuple[tuple[tree.Operand, ...], tree.Condition | None]:
        """Return the keys of GROUP BY and the condition of HAVING."""
        *keys, having = parts
        return tuple(keys), having

    having = where

    def order(self, *keys: tree.Ordering) -> tuple[tree.Ordering, ...]:
        """List the keys of ORDER BY."""
        return keys

    def ordering(
        self, what: tree.Operand, direction: Token | None, place: Token | None
    ) -> tree.Ordering:
        """One key of ORDER BY."""
        descending = direction is not None and direction.lower() == "desc"
        return tree.Ordering(what, descending, None if place is None else place.lower() == "first")

    def limit(self, count: tree.Literal) -> tree.Literal:
        """Return the number of LIMIT."""
        return count

    offset = limit

    def tails(self, *tails: bool) -> bool:
        """Say whether ALL ROWS is among the last clauses."""
        return any(tails)

    def purpose(self, _purpose: Token) -> bool:
        """FOR VIEW, REFERENCE or UPDATE changes nothing here."""
        return False

    def tracking(self, *names: Name) -> bool:
        """UPDATE TRACKING or VIEWSTAT changes nothing here."""
        return not all(_one_of(name, _TRACKING) for name in names)

    def all_rows(self) -> bool:
        """ALL ROWS."""
        return True
