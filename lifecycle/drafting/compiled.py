"""A letter that is ready: three Jinja templates, nothing left but to fill in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

__all__ = ["Compiled"]

_HTML = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
_TEXT = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=False)
_GAP = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Compiled:
    """Three Jinja sources that look up slots `v[n]` and nothing else; the fields they may show.

    Everything is checked by now. Jinja's own step to Python code takes most of the time, so that a
    letter gets it when it is first drafted: a command that drafts one letter does not wait for all.
    """

    subject_source: str
    html_source: str
    text_source: str
    fields: frozenset[str]

    @cached_property
    def subject(self) -> jinja2.Template:
        """The subject line."""
        return _ready(self.subject_source, escaped=False)

    @cached_property
    def html(self) -> jinja2.Template:
        """The whole page; values are escaped."""
        return _ready(self.html_source, escaped=True)

    @cached_property
    def text(self) -> jinja2.Template:
        """The plain text."""
        return _ready(self.text_source, escaped=False)

    def render(self, filling: Mapping[int, object]) -> tuple[str, str, str]:
        """Return subject, HTML and text filled in. Raises what a slot raises."""
        subject, html = _fill(self.subject, filling), _fill(self.html, filling)
        return subject, html, _GAP.sub("\n\n", _fill(self.text, filling)).strip() + "\n"


@lru_cache(maxsize=4_096)
def _ready(source: str, *, escaped: bool) -> jinja2.Template:
    """Return a template; a library that is loaded again finds what was ready before."""
    return (_HTML if escaped else _TEXT).from_string(source)


def _fill(template: jinja2.Template, filling: Mapping[int, object]) -> str:
    # As `template.render(v=…)`, without a copy of the globals: letters look up nothing but slots.
    context = template.new_context({"v": filling}, shared=True)
    return "".join(template.root_render_func(context))
