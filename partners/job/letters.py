"""From a decision to its letters: drawn up, or withheld or refused with the reason."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from lifecycle.conditions import Value
from lifecycle.deciding import Decision, Episode, Firing
from lifecycle.drafting import DraftRefused, Form, House, Library, record_of
from lifecycle.rulebook import Rulebook

__all__ = ["TEMPLATE", "Letter", "Letters", "Sources", "letter_facts", "letter_id"]

_ADDRESSED = ("contact.id", "contact.language", "partner.audience", "partner.language")
"""What says to whom a letter goes, and in which voice and language."""
TEMPLATE = "template"
Sources = Mapping[str, str | int | None]
"""What a letter rests on: each field, and what it held (a day as an ISO text); its template."""


@dataclass(frozen=True)
class Letter:
    """One letter of an episode; `status` is drafted, suppressed or refused, with the reason."""

    id: str
    partner_id: str
    contact_id: str | None
    purpose: str
    audience: str
    language: str
    rule_id: str
    occasion: Mapping[str, str | int]
    status: str
    reason: str | None = None
    subject: str | None = None
    html: str | None = None
    text: str | None = None
    provenance: tuple[tuple[str, str, str | None], ...] = ()
    """Each field that it shows, the text shown, and the record it came from."""
    sources: Sources = field(default_factory=dict)
    kind: str | None = None
    form: Form | None = None
    to: str | None = None
    """The contact's address on that day; the store does not keep it."""

    @property
    def row(self) -> dict[str, Any]:
        """The letter as the store keeps it; the text that it shares is kept by itself."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        shared = values.pop("form")
        del values["to"]
        return {**values, "form_id": shared.id if shared else None}


def letter_id(key: str) -> str:
    """Return the id of the letter that belongs to an episode's key: the same key, the same id."""
    return "PL-" + hashlib.sha256(f"letter/{key}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Letters:
    """Draws up letters with one library of templates, in the name of one organisation."""

    library: Library
    house: House
    rulebook: Rulebook
    language: str
    """The language for partners whose own is not known."""
    copies: tuple[str, ...] = ("html",)
    """The forms in which letters appear in the CRM."""

    def write(self, decision: Decision, episode: Episode) -> Letter | None:
        """Return the letter that an episode asks for; None when its rule asks for none."""
        purpose = self.rulebook.by_id[episode.firing.rule_id].then.draft
        if purpose is None:
            return None
        facts = letter_facts(decision, episode.firing)
        language = _text(facts, "contact.language") or _text(facts, "partner.language")
        blank = Letter(
            id=letter_id(episode.key),
            partner_id=decision.partner_id,
            contact_id=_text(facts, "contact.id"),
            to=_text(facts, "contact.email"),
            purpose=purpose,
            audience=_text(facts, "partner.audience") or "any",
            language=language or self.language,
            rule_id=episode.firing.rule_id,
            occasion={
                "subject": episode.firing.subject,
                "anchor": episode.firing.anchor,
                "n": episode.n,
            },
            status="suppressed",
            reason=self._withheld(decision),
        )
        return blank if blank.reason else self._filled(blank, facts)

    def sources(self, names: Collection[str], facts: Mapping[str, Value], language: str) -> Sources:
        """Return what fields hold, and what the house's settings say in a language."""
        return {name: self._source(name, facts, language) for name in sorted(names)}

    def wording(self, purpose: str, audience: str, language: str) -> str:
        """Return a hash of the template's words."""
        return self.library.find(purpose, audience, language).digest

    def _source(self, name: str, facts: Mapping[str, Value], language: str) -> str | int | None:
        group, _, setting = name.partition(".")
        value = self.house.say(setting, language) if group == "house" else facts.get(name)
        return value.isoformat() if isinstance(value, date) else value

    def _withheld(self, decision: Decision) -> str | None:
        rules = [self.rulebook.by_id[name] for name in decision.suppressed_by]
        return " ".join(f"{rule.because} [{rule.id}]" for rule in rules) or None

    def _filled(self, blank: Letter, facts: Mapping[str, Value]) -> Letter:
        try:
            drawn = self.library.draft(
                blank.purpose,
                audience=blank.audience,
                language=blank.language,
                values=facts,
                house=self.house,
            )
        except DraftRefused as error:
            return replace(blank, status="refused", reason=str(error))
        return replace(
            blank,
            status="drafted",
            language=drawn.language,
            subject=drawn.subject,
            html=drawn.html,
            text=drawn.text,
            provenance=tuple(
                (name, shown, record_of(name, facts)) for name, shown in drawn.provenance
            ),
            sources={
                **self.sources({*_ADDRESSED, *drawn.fields}, facts, drawn.language),
                TEMPLATE: self.wording(blank.purpose, blank.audience, drawn.language),
            },
            kind=drawn.kind,
            form=drawn.form,
        )


def letter_facts(decision: Decision, firing: Firing) -> dict[str, Value]:
    """Return what a letter may say: the partner's facts, and those of the row it is about."""
    row = {name: value for name, value in firing.facts.items() if name.startswith("row.")}
    return {**decision.facts, **row}


def _text(facts: Mapping[str, Value], name: str) -> str | None:
    value = facts.get(name)
    return None if value is None else str(value)
