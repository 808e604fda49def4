"""What `{{ … }}` may hold: a field, or a field with one filter. Checked and made into a slot."""

from collections.abc import Mapping

from jinja2 import nodes

from lifecycle.drafting.errors import DraftRefused, Mistake
from lifecycle.drafting.filling import Filling, Slot
from lifecycle.drafting.filters import FILTERS, PLURAL_FORMS
from lifecycle.drafting.names import HOUSE, did_you_mean
from lifecycle.drafting.reading import Fields, Get, dotted, is_field
from partner_lifecycle.views import ColumnType

__all__ = ["shown"]

_FILTER_FOR: Mapping[ColumnType, str] = {
    ColumnType.DATE: "longdate",
    ColumnType.INSTANT: "longdate",
    ColumnType.INTEGER: "number",
}


def shown(node: nodes.Expr, fields: Fields) -> Slot:
    """Return the slot of `{{ node }}`: the text of a field, formatted. Raises Mistake."""
    if isinstance(node, nodes.Filter):
        return _filtered(node, fields)
    name = dotted(node)
    get = fields.needed(name)
    if name in HOUSE:
        return Slot(get)
    _check_bare(name, fields)
    isolate = fields.language.isolate
    return Slot(lambda filling: isolate(str(get(filling))), name)


def _check_bare(name: str, fields: Fields) -> None:
    """Only words for partners may be shown as they are."""
    kind = fields.names.type_of(name)
    wanted = _money(name) if kind is ColumnType.CENTS else _FILTER_FOR.get(kind)
    if wanted:
        what = f"{name} ({kind.value}) must be formatted"
        raise Mistake(what, f"write {{{{ {name} | {wanted} }}}}", at=name)
    codes = fields.names.codes(name)
    if codes or kind is not ColumnType.TEXT:
        example = f'{{% if {name} == "{codes[0]}" %}}' if codes else f"{{% if {name} %}}"
        raise Mistake(f"{name} holds codes, not words for partners", f"ask {example}", at=name)


def _money(name: str) -> str:
    """Return the only filter that shows this amount in its own currency."""
    return "usd" if name.endswith("_usd") else f"money({name.replace('amount', 'currency')})"


def _filtered(node: nodes.Filter, fields: Fields) -> Slot:
    if node.name not in FILTERS:
        hint = did_you_mean(node.name, list(FILTERS))
        raise Mistake(f"unknown filter {node.name}", hint, at=node.name)
    if not is_field(node.node) or node.dyn_args or node.dyn_kwargs:
        what = "a filter takes one field"
        raise Mistake(what, f"write {{{{ field | {node.name} }}}}", at=node.name)
    name = dotted(node.node)
    get, kind, write = fields.needed(name), fields.names.type_of(name), FILTERS[node.name]
    if kind not in write.takes:
        takes = " or ".join(sorted(each.value for each in write.takes))
        raise Mistake(f"{node.name} formats {takes}, and {name} is {kind.value}", at=name)
    currency, forms, language = _currency(node, name, fields), _forms(node, fields), fields.language

    def work_out(filling: Filling) -> str:
        value = get(filling)
        try:
            return write.function(value, language, *(each(filling) for each in currency), **forms)
        except ValueError as error:
            raise DraftRefused(f"{name} cannot be written: {error}.", name) from error

    return Slot(work_out, name)


def _currency(node: nodes.Filter, name: str, fields: Fields) -> list[Get]:
    """Return the reader of an amount's currency: an amount must never be shown in another one."""
    given = [dotted(argument) for argument in node.args]
    if node.name not in ("money", "usd"):
        if given:
            raise Mistake(f"{node.name} takes no {given[0]}", at=given[0])
        return []
    written = f"{node.name}({', '.join(given)})" if given else node.name
    if written != _money(name):
        what = f"{written} is not the currency of {name}"
        raise Mistake(what, f"write {{{{ {name} | {_money(name)} }}}}", at=node.name)
    return [fields.needed(each) for each in given]


def _forms(node: nodes.Filter, fields: Fields) -> dict[str, str]:
    """Return the words of a plural by their forms; no other filter has named arguments."""
    forms: dict[str, str] = {}
    for pair in node.kwargs:
        if not isinstance(pair, nodes.Keyword) or not isinstance(pair.value, nodes.Const):
            raise Mistake("only a quoted text can stand here", at=node.name)
        forms[pair.key] = fields.language.space(str(pair.value.value))
    if node.name != "plural":
        if forms:
            raise Mistake(f"{node.name} takes no {next(iter(forms))}", at=node.name)
        return forms
    wrong = [form for form in forms if form not in PLURAL_FORMS]
    if wrong or "other" not in forms:
        what = f"plural knows no form {wrong[0]}" if wrong else "plural needs the form other"
        raise Mistake(what, 'write plural(one="# gift", other="# gifts")', at=node.name)
    return forms
