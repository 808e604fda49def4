"""A statement as a tree. `at` is the character of the text where a part begins, from 0."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "AllOf",
    "AnyOf",
    "Call",
    "Child",
    "Comparison",
    "Condition",
    "Item",
    "Kind",
    "Literal",
    "Name",
    "Negated",
    "Operand",
    "Ordering",
    "Query",
    "Selected",
    "SemiJoin",
    "Source",
    "TypeOf",
    "When",
]


class Kind(StrEnum):
    """What a literal is written as."""

    BIND = "bind"
    BOOLEAN = "boolean"
    CURRENCY = "currency"
    DATE = "date"
    DATETIME = "datetime"
    NULL = "null"
    NUMBER = "number"
    PERIOD = "period"
    STRING = "string"
    TIME = "time"


@dataclass(frozen=True)
class Name:
    """A name or dotted path as it was written."""

    text: str
    at: int

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the path's names."""
        return tuple(self.text.split("."))


@dataclass(frozen=True)
class Literal:
    """A value as it was written (a string with its quotes); `count` is the n of LAST_N_DAYS:n."""

    kind: Kind
    text: str
    at: int
    count: int | None = None


@dataclass(frozen=True)
class Call:
    """A function, `name` in capitals, and what it is applied to."""

    name: str
    arguments: tuple["Name | Call | Literal", ...]
    at: int


Operand = Name | Call


@dataclass(frozen=True)
class Source:
    """What FROM names: an object, a child relationship, or a path from an earlier alias."""

    name: Name
    alias: Name | None = None
    scope: Name | None = None


@dataclass(frozen=True)
class SemiJoin:
    """The statement inside IN ( ... )."""

    selected: Operand
    sources: tuple[Source, ...]
    where: "Condition | None"
    at: int


@dataclass(frozen=True)
class Comparison:
    """One test; `operator` is a symbol, LIKE, IN, NOT IN, INCLUDES or EXCLUDES."""

    left: Operand
    operator: str
    right: Literal | tuple[Literal, ...] | SemiJoin


@dataclass(frozen=True)
class AllOf:
    """Conditions joined by AND."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """Conditions joined by OR."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Negated:
    """A condition after NOT."""

    part: "Condition"


Condition = Comparison | AllOf | AnyOf | Negated


@dataclass(frozen=True)
class Item:
    """One thing selected."""

    what: Operand
    alias: Name | None = None


@dataclass(frozen=True)
class When:
    """What TYPEOF selects of one object."""

    sobject: Name
    names: tuple[Name, ...]


@dataclass(frozen=True)
class TypeOf:
    """TYPEOF path WHEN object THEN names ... ELSE names END."""

    path: Name
    whens: tuple[When, ...]
    otherwise: tuple[Name, ...]


@dataclass(frozen=True)
class Child:
    """A statement over a child relationship, in parentheses among the selected things."""

    query: "Query"


Selected = Item | TypeOf | Child


@dataclass(frozen=True)
class Ordering:
    """One key of ORDER BY; `nulls_first` is None when the statement leaves it open."""

    what: Operand
    descending: bool = False
    nulls_first: bool | None = None


@dataclass(frozen=True)
class Query:
    """A whole statement; `items` is empty for SELECT COUNT()."""

    items: tuple[Selected, ...]
    sources: tuple[Source, ...]
    where: Condition | None = None
    group: tuple[Operand, ...] = ()
    having: Condition | None = None
    order: tuple[Ordering, ...] = ()
    limit: Literal | None = None
    offset: Literal | None = None
    all_rows: bool = False
