"""From a decision to its letters: drawn up, or withheld or refused with the reason."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from lifecycle.conditions import Value
from lifecycle.deciding import Decision, Episode
from lifecycle.drafting import DraftRefused, House, Library
from lifecycle.rulebook import Rulebook

__all__ = ["Letter", "Letters", "letter_id"]


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
    provenance: tuple[tuple[str, str], ...] = ()
    kind: str | None = None
    to: str | None = None
    """The contact's address on that day; the store does not keep it."""

    @property
    def row(self) -> dict[str, Any]:
        """Return the letter as the store keeps it."""
        return {name: value for name, value in asdict(self).items() if name != "to"}


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
    forms: tuple[str, ...] = ("html",)
    """The forms in which letters appear in the CRM."""

    def write(self, decision: Decision, episode: Episode) -> Letter | None:
        """Return the letter that an episode asks for; None when its rule asks for none."""
        purpose = self.rulebook.by_id[episode.firing.rule_id].then.draft
        if purpose is None:
            return None
        facts = {**decision.facts, **_row_of(episode.firing.facts)}
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
            provenance=drawn.provenance,
            kind=drawn.kind,
        )


def _row_of(facts: Mapping[str, Value]) -> Mapping[str, Value]:
    return {name: value for name, value in facts.items() if name.startswith("row.")}


def _text(facts: Mapping[str, Value], name: str) -> str | None:
    value = facts.get(name)
    return None if value is None else str(value)
