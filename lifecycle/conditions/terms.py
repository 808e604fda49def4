"""What the prover knows of a value: a formula for it, and a formula for whether it is known.

Numbers and places in an enumeration are z3's integers, days are counted from 1 January of the year
1, any other text is z3's string of the text's UTF-8 bytes: its own characters end before Unicode
does. Needs z3 (extra `prove`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import z3

from lifecycle.conditions.types import LARGEST, FactType, Value, ValueType

__all__ = [
    "LAST_DAY",
    "Term",
    "constant",
    "either",
    "equal",
    "holds",
    "possible",
    "spelled",
    "symbol",
    "value_in",
]

LAST_DAY = date.max.toordinal()
_SORTS = {
    ValueType.NUMBER: z3.Int,
    ValueType.DATE: z3.Int,
    ValueType.BOOLEAN: z3.Bool,
    ValueType.TEXT: z3.String,
}


@dataclass(frozen=True)
class Term:
    """A value; an enumerated text is its place in `values`."""

    value: z3.ExprRef
    known: z3.BoolRef
    values: tuple[str, ...] = ()


def symbol(name: str, kind: FactType) -> Term:
    """Return a fact that may be anything, missing too."""
    sort = z3.Int if kind.values else _SORTS[kind.type]
    return Term(sort(name), z3.Bool(f"{name} is known"), kind.values)


def constant(value: Value, kind: FactType) -> Term:
    """Return a value that is what it is; a text outside its enumeration is missing."""
    known = value is not None and (not kind.values or value in kind.values)
    return Term(_formula(value if known else None, kind), z3.BoolVal(known), kind.values)


def _formula(value: Value, kind: FactType) -> z3.ExprRef:
    if kind.values:
        return z3.IntVal(kind.values.index(str(value)) if value is not None else 0)
    match kind.type:
        case ValueType.BOOLEAN:
            return z3.BoolVal(bool(value))
        case ValueType.NUMBER:
            return z3.IntVal(0 if value is None else value)
        case ValueType.DATE:
            return z3.IntVal(value.toordinal() if isinstance(value, date) else 1)
    return _text(str(value or ""))


def _text(text: str) -> z3.SeqRef:
    spelt = text.encode("utf-8", "surrogatepass").decode("latin-1")
    # z3 reads `\u{..}` in a text as a character: a backslash must be written so itself.
    return z3.StringVal(spelt.replace("\\", r"\u{5c}"))


def possible(term: Term, kind: FactType) -> z3.BoolRef:
    """Return what is true of any value of a type: a day of the calendar, a number up to 2^53."""
    value = term.value
    if kind.values:
        return z3.And(value >= 0, value < len(kind.values))
    match kind.type:
        case ValueType.NUMBER:
            return z3.And(value >= -LARGEST, value <= LARGEST)
        case ValueType.DATE:
            return z3.And(value >= 1, value <= LAST_DAY)
    return z3.BoolVal(True)


def holds(term: Term) -> z3.BoolRef:
    """Return whether a condition holds: a missing one does not."""
    return z3.And(term.known, term.value)


def either(condition: z3.BoolRef, first: Term, second: Term) -> Term:
    """Return the first value where the condition is true, else the second."""
    if first.values != second.values:
        first, second = _in_common(first, second)
    return Term(
        z3.If(condition, first.value, second.value),
        z3.If(condition, first.known, second.known),
        first.values,
    )


def _in_common(first: Term, second: Term) -> tuple[Term, Term]:
    """Return both as plain texts, or in one enumeration that has the values of both."""
    if not (first.values and second.values):
        return Term(spelled(first), first.known), Term(spelled(second), second.known)
    values = tuple(dict.fromkeys((*first.values, *second.values)))
    return _among(values, first), _among(values, second)


def _among(values: tuple[str, ...], term: Term) -> Term:
    places = [z3.IntVal(values.index(value)) for value in term.values]
    return Term(_chain(term, places), term.known, values)


def spelled(term: Term) -> z3.SeqRef:
    """Return a text as z3's string, also when it is enumerated."""
    return _chain(term, [_text(value) for value in term.values]) if term.values else term.value


def _chain(term: Term, results: Sequence[z3.ExprRef]) -> z3.ExprRef:
    """Return the result that stands at the term's place."""
    places = reversed(list(enumerate(results[:-1])))
    return reduce(lambda rest, at: z3.If(term.value == at[0], at[1], rest), places, results[-1])


def equal(first: Term, second: Term) -> z3.BoolRef:
    """Return whether two values of one type are the same, known or not."""
    if first.values == second.values:
        return first.value == second.value
    if first.values and second.values:
        return z3.Or(
            [
                z3.And(first.value == at, second.value == second.values.index(value))
                for at, value in enumerate(first.values)
                if value in second.values
            ]
        )
    return spelled(first) == spelled(second)


def value_in(model: z3.ModelRef, term: Term, kind: FactType) -> Value:
    """Return the value that a term has in a model; None when it is missing there."""
    if not z3.is_true(model.eval(term.known, model_completion=True)):
        return None
    found = model.eval(term.value, model_completion=True)
    if kind.values:
        return kind.values[int(found.as_long())]
    match kind.type:
        case ValueType.BOOLEAN:
            return bool(z3.is_true(found))
        case ValueType.NUMBER:
            return int(found.as_long())
        case ValueType.DATE:
            return date.fromordinal(found.as_long())
    return _read(found)


def _read(text: z3.SeqRef) -> str:
    spelt = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), text.as_string())
    return spelt.encode("latin-1", "replace").decode("utf-8", "replace")
