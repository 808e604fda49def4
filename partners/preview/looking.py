"""One letter for every audience and language, filled in for a partner or for an example."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from lifecycle.conditions import Value
from lifecycle.deciding import Decision
from lifecycle.drafting import Draft, DraftRefused, House, Library, Template, record_of
from lifecycle.rulebook import Rulebook
from partners.preview.example import example_facts

__all__ = ["Card", "example_cards", "partner_cards"]


@dataclass(frozen=True)
class Card:
    """A letter in one language for one audience; `refused` says why there is none."""

    template: Template
    draft: Draft | None
    refused: str = ""
    broken: tuple[str, ...] = ()
    """What it says against policy."""
    records: tuple[str | None, ...] = ()
    """The record that each of the draft's figures, names and days came from, in their order."""

    @property
    def preheader(self) -> str:
        """The line that inboxes show beside the subject."""
        html = self.draft.html if self.draft else ""
        start = html.find('class="preheader"')
        return html[html.find(">", start) + 1 : html.find("</div>", start)] if start >= 0 else ""


def example_cards(library: Library, house: House, purpose: str, today: date) -> list[Card]:
    """Return a letter as an imaginary partner of every audience gets it, in every language."""
    return [
        _card(library, house, each, example_facts(each.audience, today))
        for each in _templates(library, purpose)
    ]


def partner_cards(
    library: Library, house: House, purpose: str, decision: Decision, rulebook: Rulebook
) -> list[Card]:
    """Return a letter as one partner would get it today, in every language.

    A letter about a gift or another row is about the one for which a rule asks for it.
    """
    asked = (
        firing.facts
        for firing in decision.firings
        if rulebook.by_id[firing.rule_id].then.draft == purpose
    )
    row = {name: value for name, value in next(asked, {}).items() if name.startswith("row.")}
    audience = decision.facts.get("partner.audience")
    return [
        _card(library, house, each, {**decision.facts, **row})
        for each in _templates(library, purpose)
        if each.audience == library.find(purpose, str(audience), None).audience
    ]


def _templates(library: Library, purpose: str) -> Iterator[Template]:
    library.find(purpose, None, None)  # raises UnknownTemplate
    return (each for each in library.templates if each.purpose == purpose)


def _card(library: Library, house: House, template: Template, facts: Mapping[str, Value]) -> Card:
    try:
        draft = library.draft(
            template.purpose,
            audience=template.audience,
            language=template.language,
            values=facts,
            house=house,
        )
    except DraftRefused as error:
        return Card(template, None, error.reason)
    shown = [value for _field, value in draft.provenance]
    said = library.policy.broken(f"{draft.subject}\n{draft.text}", draft.language, shown)
    records = tuple(record_of(name, facts) for name, _shown in draft.provenance)
    return replace(Card(template, draft), broken=tuple(map(str, said)), records=records)
