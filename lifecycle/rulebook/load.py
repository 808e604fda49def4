"""Load a rulebook: a folder of rules and the overlays on it, checked whole."""

from collections.abc import Sequence
from pathlib import Path

from lifecycle.rulebook.checking import check_circles, check_citations
from lifecycle.rulebook.compiling import check_unique, compile_rules, note_types
from lifecycle.rulebook.errors import Mistakes
from lifecycle.rulebook.layering import Layered, layered
from lifecycle.rulebook.model import RuleText
from lifecycle.rulebook.overriding import check_overrides
from lifecycle.rulebook.parameters import Parameter, check_parameter, parameter_schema
from lifecycle.rulebook.reading import read_base, read_overlay
from lifecycle.rulebook.rule import Rulebook, sealed
from lifecycle.rulebook.sources import digest_of, read_layer
from lifecycle.rulebook.stranded import Gone
from lifecycle.rulebook.written import Contents
from partner_lifecycle import Problem

__all__ = ["load_rulebook"]


def load_rulebook(folder: Path, overlays: Sequence[Path] = ()) -> Rulebook:
    """Load rules/, with its parameters, clauses and rates, and lay the overlays over it in order.

    Raises RulebookError with every mistake found: file, line, column, what, what to write.
    """
    named = f"the rules in {' and '.join(str(each) for each in (folder, *overlays))}"
    mistakes = Mistakes()
    folders = _read(folder, overlays, mistakes)
    if overlays:
        # What could not be read would be missed by the layers above it: it is told by itself.
        mistakes.refuse(named)
    whole = layered(folders, mistakes)
    parameters = _parameters(whole, mistakes)
    notes = note_types(whole.rules.values(), mistakes)
    gone = Gone.of(whole, notes)
    types = {**parameter_schema(parameters), **gone.parameters}
    rules = compile_rules(whole.rules.values(), {**notes, **gone.notes}, types, mistakes)
    check_unique(whole.rules.values(), mistakes)
    gone.check(rules, mistakes)
    check_citations(whole, mistakes)
    check_overrides(whole, mistakes)
    check_circles(rules, mistakes)
    mistakes.refuse(named)
    sources = tuple(read_layer(layer.folder) for layer in whole.layers)
    book = Rulebook(
        rules=tuple(sorted(rules, key=lambda rule: -rule.priority)),
        parameters=parameters,
        clauses={name: each.text for name, each in whole.clauses.items()},
        digest=digest_of(sources),
        notes=notes,
        sources=sources,
        layers=whole.layers,
        rates={name: each.text.by_day for name, each in whole.rates.items()},
        overlaid=_overlaid(whole),
    )
    return sealed(book)


def _read(folder: Path, overlays: Sequence[Path], mistakes: Mistakes) -> list[Contents]:
    found = [read_base(folder, mistakes)]
    for path in overlays:
        namesakes = [each for each in (folder, *overlays) if each.name == path.name]
        label = path.name if len(namesakes) == 1 else path.as_posix()
        overlay = read_overlay(path, label, mistakes)
        if overlay is not None:
            _check_name(overlay, found, mistakes)
            found.append(overlay)
    return found


def _check_name(overlay: Contents, others: Sequence[Contents], mistakes: Mistakes) -> None:
    for other in others:
        if other.name == overlay.name:
            what = f"two layers are called {overlay.name}; the other is {other.folder}"
            remedy = "name each overlay once, and call each by a name of its own"
            mistakes.append(Problem(f"{overlay.label}/overlay.yaml", 1, 1, what, remedy))


def _parameters(whole: Layered, mistakes: Mistakes) -> dict[str, Parameter]:
    found = {}
    for name, written in whole.parameters.items():
        found[name], problems = check_parameter(written)
        mistakes += problems
    return found


def _overlaid(whole: Layered) -> tuple[RuleText, ...]:
    texts = [each.before.text for each in whole.taken]
    return tuple(text for text in texts if isinstance(text, RuleText))
