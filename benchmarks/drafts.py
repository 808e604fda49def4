"""Drafts: filling in every letter, against plain Jinja2 rendering the same; loading templates."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import jinja2

from benchmarks._figures import Figure, report, say, stopwatch
from lifecycle.authoring import template_fields
from lifecycle.drafting import Library, Template, load_templates
from lifecycle.drafting.filling import Filling
from partner_lifecycle.resources import templates_folder
from partners.demo.house import EXAMPLE_HOUSE
from partners.preview.example import example_facts

_SIZE = 20_000
_TODAY = date(2026, 11, 21)
_ROUNDS = 5
_PLAIN_HTML = jinja2.Environment(autoescape=True)
_PLAIN_TEXT = jinja2.Environment(autoescape=False)


@dataclass(frozen=True)
class _Plain:
    """A letter as plain Jinja2 has it: three unsandboxed templates, and their values ready."""

    templates: Sequence[jinja2.Template]
    values: Mapping[int, object]

    def render(self) -> list[str]:
        """Render subject, HTML and text."""
        return [each.render(v=self.values) for each in self.templates]


def measure(size: int) -> Iterator[Figure]:
    """Yield what it takes to load all templates, and to draw up `size` letters of all kinds."""
    with stopwatch() as loading:
        library = load_templates(templates_folder(), template_fields())
    yield Figure("loading all templates", loading.seconds, "s")
    letters = library.templates
    facts = {each.audience: example_facts(each.audience, _TODAY) for each in letters}
    say("compiling every letter once")
    plain = [_plain(library, each, facts[each.audience]) for each in letters]

    def ours(number: int) -> None:
        letter = letters[number % len(letters)]
        library.draft(
            letter.purpose,
            audience=letter.audience,
            language=letter.language,
            values=facts[letter.audience],
            house=EXAMPLE_HOUSE,
        )

    def theirs(number: int) -> None:
        plain[number % len(plain)].render()

    say(f"drawing up {size:,} letters, {_ROUNDS} times each way, in turns")
    rounds = [(_seconds(ours, size), _seconds(theirs, size)) for _ in range(_ROUNDS)]
    best, best_plain = (min(each) for each in zip(*rounds, strict=True))
    yield Figure("drafts on one core", size / best, "drafts/s")
    ratio = best_plain / best
    yield Figure("plain Jinja2 on one core", size / best_plain, "drafts/s", "our drafts", ratio)
    yield Figure("time of a draft against plain Jinja2", best / best_plain, "times")


def _plain(library: Library, letter: Template, facts: Mapping[str, object]) -> _Plain:
    """Return the same letter without us: no sandbox, no provenance, values worked out before."""
    values = Filling(library.slots, facts, EXAMPLE_HOUSE)
    compiled = letter.compiled
    for each in (compiled.subject, compiled.html, compiled.text):
        each.render(v=values)
    sources = (
        (_PLAIN_TEXT, compiled.subject_source),
        (_PLAIN_HTML, compiled.html_source),
        (_PLAIN_TEXT, compiled.text_source),
    )
    return _Plain([made.from_string(source) for made, source in sources], dict(values))


def _seconds(draw: Callable[[int], None], size: int) -> float:
    with stopwatch() as watch:
        for number in range(size):
            draw(number)
    return watch.seconds


if __name__ == "__main__":
    report(str(__doc__).splitlines()[0], measure, _SIZE)
