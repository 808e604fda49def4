"""A draft: words for a person to edit and release. Nothing here sends anything."""

from dataclasses import dataclass

from lifecycle.drafting.errors import DraftRefused
from lifecycle.drafting.house import House
from lifecycle.drafting.values import clean

__all__ = ["Draft", "to_eml"]

_MARKETING = ("stewardship", "appeal")


@dataclass(frozen=True)
class Draft:
    """A letter filled in; `provenance` lists each (field, text shown) in the letter's order.

    `fields` are the names that its template may show or ask.
    """

    purpose: str
    audience: str
    language: str
    kind: str
    fell_back: bool
    subject: str
    html: str
    text: str
    provenance: tuple[tuple[str, str], ...]
    fields: frozenset[str] = frozenset()


def to_eml(draft: Draft, house: House, *, to: str | None = None) -> bytes:
    """Return the draft as an `.eml` file, which mail programs open as a message not yet sent.

    Public partners may stop such letters with one click (RFC 8058), except letters about something
    that goes on anyway. Raises DraftRefused unless `to` is one plain address, or missing.
    """
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.policy import SMTP

    # The default of 78 would fold a long List-Unsubscribe in the middle of its address.
    message = EmailMessage(policy=SMTP.clone(max_line_length=998))
    message["X-Unsent"] = "1"
    message["Subject"] = draft.subject
    message["From"] = Address(display_name=house.signature_name, addr_spec=house.email)
    if to is not None:
        message["To"] = _one_address(to)
    message["Content-Language"] = draft.language
    if draft.audience == "public" and draft.kind in _MARKETING:
        message["List-Unsubscribe"] = f"<{house.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(draft.text, cte="quoted-printable")
    message.add_alternative(draft.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _one_address(to: str) -> str:
    local, _, domain = to.partition("@")
    odd = any(c in ' ,;:<>()"\\' for c in to) or "@" in domain
    if odd or clean(to) != to or not local or "." not in domain:
        raise DraftRefused("The address is not one e-mail address.", "contact.email")
    return to
