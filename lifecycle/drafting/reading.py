"""Fields in a tag: which ones it names, and how a draft reads them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jinja2 import nodes

from lifecycle.drafting.errors import DraftRefused, Mistake
from lifecycle.drafting.filling import Filling
from lifecycle.drafting.language import Language
from lifecycle.drafting.names import HOUSE, Names
from lifecycle.drafting.values import reader

__all__ = ["Fields", "Get", "dotted", "fields_of", "is_field"]

Get = Callable[[Filling], object]  # None: missing


def is_field(node: nodes.Node | None) -> bool:
    """Say whether an expression is a name, dotted or not."""
    return isinstance(node, (nodes.Name, nodes.Getattr))


def dotted(node: nodes.Node | None) -> str:
    """Return the dotted name that an expression is; raise Mistake if it is anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{dotted(node.node)}.{node.attr}"
    raise Mistake(
        "only a field can stand here",
        "write a field (partner.name), or a field and a filter (today | longdate)",
    )


def fields_of(node: nodes.Node) -> Iterator[str]:
    """Yield the dotted names in an expression."""
    if is_field(node):
        yield dotted(node)
        return
    for child in node.iter_child_nodes():
        yield from fields_of(child)


@dataclass(frozen=True)
class Fields:
    """The fields of one template: what a name holds and how a draft reads it."""

    names: Names
    language: Language

    def get(self, name: str) -> Get:
        """Return what reads a field from a filling, None where it is missing. Raises Mistake."""
        kind = self.names.type_of(name)
        if name in HOUSE:
            setting, code = name.removeprefix("house."), self.language.code
            return lambda filling: filling.house.say(setting, code)
        read = reader(name, kind)
        return lambda filling: read(filling.facts)

    def needed(self, name: str) -> Get:
        """Return what reads a field that the letter cannot do without: DraftRefused if missing."""
        get = self.get(name)

        def needed(filling: Filling) -> object:
            value = get(filling)
            if value is None:
                raise DraftRefused(f"The letter needs {name}, which is not known.", name)
            return value

        return needed
