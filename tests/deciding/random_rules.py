"""Random small rulebooks over real facts, written as people write them."""

from datetime import timedelta
from random import Random

from population import TODAY
from writing import rule

from lifecycle.conditions import FactType, ValueType, functions
from lifecycle.facts import STAGES, fact_schema, row_schema

__all__ = ["PARAMETERS", "random_rules"]

ROWS = ("gift", "agreement", "obligation", "contact")
NOTES = {
    "note.good": FactType(ValueType.BOOLEAN),
    "note.size": FactType(ValueType.NUMBER),
    "note.kind": FactType(ValueType.TEXT),
}
_NOTED = {"note.good": ("true", "false"), "note.size": ("1", "2"), "note.kind": ("a", "b")}
PARAMETERS = {
    "limit": "type: integer\nvalues: {2016-01-01: 2, 2026-07-01: 3}",
    "share": "type: integer\nvalues: {2016-01-01: {corporation: 1, public: 40000000, any: 4}}",
    "start": "type: date\nvalues: {2016-01-01: 2025-11-01}",
    "word": "type: text\nvalues: {2016-01-01: {hnwi: a, any: b}}",
}
_TEXTS = ('"a"', '"b"', '"é"', '"日本"', '"it\'s"', 'param("word", partner.audience)')
_NUMBERS = ("0", "1", "2", "-1", "90", "50000000", str(2**53), 'param("limit")')


class _Writer:
    """Writes rules for one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.notes: dict[str, FactType] = {}

    def of(self, kind: ValueType, schema: dict[str, FactType]) -> str:
        """Return a value of a type: mostly a fact, else a literal or arithmetic."""
        names = [name for name, each in schema.items() if each.type is kind and not each.values]
        if names and self.random.random() < 0.55:
            return self.random.choice(names)
        return self.literal(kind) if self.random.random() < 0.6 else self.sum(kind, schema)

    def literal(self, kind: ValueType) -> str:
        if kind is ValueType.NUMBER:
            return self.random.choice((*_NUMBERS, 'param("share", partner.audience)'))
        if kind is ValueType.TEXT:
            return self.random.choice(_TEXTS)
        day = TODAY + timedelta(days=self.random.randint(-700, 300))
        return self.random.choice((f'date("{day}")', "today", 'param("start")'))

    def sum(self, kind: ValueType, schema: dict[str, FactType]) -> str:
        if kind is ValueType.NUMBER:
            first, second = self.of(kind, schema), self.of(kind, schema)
            days = f"({self.of(ValueType.DATE, schema)} - {self.of(ValueType.DATE, schema)})"
            combined = f"({first} {self.random.choice('+-*')} {second})"
            return self.random.choice((combined, days, self.call(kind, schema)))
        if kind is ValueType.DATE:
            days = self.of(ValueType.NUMBER, schema)
            return f"({self.day(schema)} {self.random.choice('+-')} {days})"
        return self.literal(kind)

    def call(self, gives: ValueType, schema: dict[str, FactType], first: str = "") -> str:
        """Return a call of any function that gives this, of `first` if it is there."""
        known = [name for name, each in functions().items() if each.gives is gives]
        name = self.random.choice(known)
        takes = functions()[name].takes
        given = [self.of(kind, schema) for kind in takes]
        if functions()[name].literal_last:
            given[-1] = self.random.choice(_TEXTS[:5])
        return f"{name}({', '.join([first or given[0], *given[1:]])})"

    def day(self, schema: dict[str, FactType]) -> str:
        return self.of(ValueType.DATE, schema)

    def atom(self, schema: dict[str, FactType]) -> str:
        """Return a condition without `and`, `or`, `not`."""
        random = self.random
        name, kind = random.choice(list(schema.items()))
        if random.random() < 0.12:
            return f"{name} is {random.choice(('None', 'not None'))}"
        if kind.values:
            value = [repr(each) for each in random.sample(kind.values, 2)]
            among = f"{name} {random.choice(('in', 'not in'))} [{', '.join(value)}]"
            return random.choice((among, f"{name} {random.choice(('==', '!='))} {value[0]}"))
        if kind.type is ValueType.BOOLEAN:
            return name
        if kind.type is ValueType.TEXT:
            called = self.call(ValueType.BOOLEAN, schema, name)
            compared = f"{name} {random.choice(('==', '!='))} {self.of(kind.type, schema)}"
            return random.choice((called, compared))
        signs = [random.choice(("==", "!=", "<", "<=", ">", ">="))]
        if random.random() < 0.1:
            signs.append(random.choice("<>"))
        return " ".join([name, *(f"{sign} {self.of(kind.type, schema)}" for sign in signs)])

    def condition(self, schema: dict[str, FactType], depth: int = 2) -> str:
        """Return a condition."""
        shape = self.random.random()
        if depth == 0 or shape < 0.45:
            return self.atom(schema)
        if shape < 0.6:
            return f"not ({self.condition(schema, depth - 1)})"
        word = self.random.choice((" and ", " or "))
        parts = [self.condition(schema, depth - 1) for _ in range(self.random.randint(2, 3))]
        return f"({word.join(parts)})"

    def rule(self, number: int, stage: str | None) -> str:
        """Return one rule for a stage, or for any."""
        random = self.random
        kind = random.choice(ROWS) if random.random() < 0.2 else None
        schema = {**fact_schema(), **self.notes, **(row_schema(kind) if kind else {})}
        more = {"for_each": kind} if kind else {}
        if random.random() < 0.4:
            more["once_per"] = random.choice([name for name in schema if name != "partner.id"])
        if random.random() < 0.4:
            more["priority"] = str(random.randint(-2, 3))
        if random.random() < 0.3:
            more["override"] = "[executive]"
        return rule(f"AA{number:02}", self.condition(schema), self.then(stage, kind), **more)

    def then(self, stage: str | None, kind: str | None) -> str:
        random = self.random
        does = random.random()
        if kind or does < 0.2:
            return random.choice(("{flag: Seen}", "{draft: welcome}", "{suppress: drafts}"))
        if does < 0.35:
            return random.choice(("{suspend: true}", "{resume: true}"))
        if does < 0.4:
            return "{set: {note.out_of_policy: true}}"
        if does < 0.5 and self.notes:
            name = random.choice(list(self.notes))
            return f"{{set: {{{name}: {random.choice(_NOTED[name])}}}}}"
        return f"{{move_to: {random.choice([each for each in STAGES if each != stage])}}}"


def random_rules(seed: int) -> dict[str, str]:
    """Return rule files by stage; conclusions may go in a circle, which loading refuses."""
    writer = _Writer(seed)
    count = writer.random.randint(0, 3)
    writer.notes = dict(list(NOTES.items())[:count])
    files: dict[str, str] = {}
    # Whatever is read must be noted somewhere.
    noted = [
        rule(
            f"AN{at:02}",
            writer.condition(fact_schema(), 1),
            f"{{set: {{{name}: {_NOTED[name][0]}}}}}",
        )
        for at, name in enumerate(writer.notes)
    ]
    if noted:
        files["any"] = "".join(noted)
    for number in range(writer.random.randint(2, 9)):
        stage = writer.random.choice((*STAGES, "any"))
        text = writer.rule(number, None if stage == "any" else stage)
        files[stage] = files.get(stage, "") + text
    return files
