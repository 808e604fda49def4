"""Make rules of what is written: conditions parsed and their types checked."""

from collections.abc import Iterable, Iterator, Mapping

from lifecycle.conditions import FactType, Mistake, ParameterSchema, Schema, ValueType, parse
from lifecycle.facts import ROW_KINDS, RowKind, fact_schema, row_schema
from lifecycle.rulebook.errors import Mistakes
from lifecycle.rulebook.model import RuleText
from lifecycle.rulebook.overriding import aliases_of, unless_overridden
from lifecycle.rulebook.rule import Rule
from lifecycle.rulebook.strata import OUT_OF_POLICY
from lifecycle.rulebook.unread import BrokenRule, Unread
from lifecycle.rulebook.written import Written
from partner_lifecycle import Problem
from partner_lifecycle.names import did_you_mean

__all__ = ["check_unique", "compile_rules", "note_types"]

_NOTE_TYPES = {bool: ValueType.BOOLEAN, int: ValueType.NUMBER, str: ValueType.TEXT}


def note_types(rules: Iterable[Written[RuleText]], mistakes: Mistakes) -> dict[str, FactType]:
    """Return the type of each conclusion; all rules that draw it must agree."""
    notes: dict[str, FactType] = {}
    for each in rules:
        for name, value in (each.text.then.set or {}).items():
            kind = FactType(_NOTE_TYPES[type(value)])
            if notes.setdefault(name, kind) != kind:
                what = f"{name} is a {notes[name].type} elsewhere and a {kind.type} here"
                place = ("then", "set", name)
                mistakes.append(each.problem(place, what, "use one type"))
    return notes


def check_unique(rules: Iterable[Written[RuleText]], mistakes: Mistakes) -> None:
    """Complain of a rule whose id, or old id, is that of another."""
    files: dict[str, str] = {}
    for each in rules:
        for name, key in ((each.id, "id"), *((alias, "aliases") for alias in aliases_of(each))):
            if name in files:
                what = f"two rules have the id {name}; the other is in {files[name]}"
                mistakes.append(each.problem((key,), what, "give this one its own"))
            files[name] = each.document.file


def compile_rules(
    rules: Iterable[Written[RuleText]],
    notes: Schema,
    parameters: ParameterSchema,
    mistakes: Mistakes,
) -> list[Rule]:
    """Return the rules in their order; one whose condition cannot be read is left out."""
    written = list(rules)
    kinds = {each.text.for_each for each in written}
    schemas = {kind: _schema(kind, notes) for kind in kinds}
    compiled = [_compiled(each, schemas, parameters, mistakes) for each in written]
    for broken in mistakes.unread.rules:
        _check_broken(broken, notes, parameters, mistakes)
    return [rule for rule in compiled if rule is not None]


def _schema(kind: RowKind | None, notes: Schema) -> Schema:
    """Return the facts that a rule may ask, with those of its rows when it looks at rows."""
    return {**fact_schema(), **notes, **(row_schema(kind) if kind else {})}


def _compiled(
    written: Written[RuleText],
    schemas: Mapping[RowKind | None, Schema],
    parameters: ParameterSchema,
    mistakes: Mistakes,
) -> Rule | None:
    rule = written.text
    schema = schemas[rule.for_each]
    mistakes += _impossible(written)
    mistakes += _anchor(written, schema)
    when, found = parse(rule.when, schema, parameters)
    mistakes += _told(found, written, rule.for_each, mistakes.unread)
    if when is None:
        return None
    return Rule(
        id=rule.id,
        name=rule.name,
        stage=written.stage,
        cite=rule.cite,
        because=rule.because,
        text=rule.when,
        when=unless_overridden(written, when),
        then=rule.then,
        once_per=rule.once_per or ("row.id" if rule.for_each else None),
        for_each=rule.for_each,
        priority=_priority(written),
        max_actions=rule.max_actions,
        aliases=aliases_of(written),
        accept=rule.accept,
        override=rule.override,
        file=written.document.file,
        line=written.line,
        layer=written.layer,
        replaces=written.below.layer if written.below else None,
    )


def _priority(written: Written[RuleText]) -> int:
    """Return the rule's priority; one that replaces another has that of the other, if none."""
    if written.below is None or "priority" in written.text.model_fields_set:
        return written.text.priority
    return _priority(written.below)


def _check_broken(
    broken: BrokenRule, notes: Schema, parameters: ParameterSchema, mistakes: Mistakes
) -> None:
    """Complain of the condition of a rule that cannot be used for another reason."""
    when, kind = broken.part("when"), broken.part("for_each")
    if isinstance(when, str) and when and kind in (None, *ROW_KINDS):
        _, found = parse(when, _schema(kind, notes), parameters)
        mistakes += _told(found, broken, kind, mistakes.unread)


def _told(
    found: Iterable[Mistake],
    rule: Written[RuleText] | BrokenRule,
    kind: RowKind | None,
    unread: Unread,
) -> Iterator[Problem]:
    """Yield the mistakes in a condition, but not that what could not be read is not there."""
    document = rule.document
    for mistake in found:
        if not unread.holds_name(mistake.about):
            at = document.inside((*rule.place, "when"), mistake.line, mistake.column)
            remedy = mistake.remedy if kind else _of_row(mistake.about) or mistake.remedy
            yield Problem(document.file, *at, mistake.what, remedy)


def _of_row(name: str) -> str:
    """Return what lets a rule ask for a column of rows; nothing when no row has it."""
    if not name.startswith("row."):
        return ""
    kinds = [kind for kind in ROW_KINDS if name in row_schema(kind)]
    return f"add `for_each: {kinds[0]}`{_or(kinds[1:])}" if kinds else ""


def _or(kinds: list[RowKind]) -> str:
    return f", or {', '.join(kinds)}" if kinds else ""


def _impossible(written: Written[RuleText]) -> Iterator[Problem]:
    rule, then = written.text, written.text.then
    moves = [name for name in ("move_to", "suspend", "resume") if getattr(then, name)]
    partner_only = [*moves, *(["set"] if then.set else [])]
    if not then.model_fields_set:
        yield written.problem(("then",), f"{rule.id} does nothing", "add a task or a move")
    if len(moves) > 1:
        what = f"{rule.id} does {' and '.join(moves)} at once"
        yield written.problem(("then",), what, "write one rule for each")
    if partner_only and rule.for_each:
        what = f"{rule.id} looks at each {rule.for_each} and cannot {partner_only[0]}"
        yield written.problem(("then",), what, "leave out for_each, or the move")
    if (then.set or {}).get(OUT_OF_POLICY, True) is not True:
        what = f"{rule.id}: {OUT_OF_POLICY} is drawn or not drawn, and has no other value"
        yield written.problem(("then", "set", OUT_OF_POLICY), what, "write true")
    if then.move_to and then.move_to == written.stage:
        what = f"{rule.id} moves to the stage it is at"
        yield written.problem(("then", "move_to"), what, "name another stage")


def _anchor(written: Written[RuleText], schema: Schema) -> Iterator[Problem]:
    name = written.text.once_per
    if name is not None and name not in schema:
        remedy = did_you_mean(name, schema, "name a fact")
        yield written.problem(("once_per",), f"once_per: there is no fact {name}", remedy)
