"""A draft: words for a person to edit and release. Nothing here sends anything."""

from dataclasses import dataclass

from lifecycle.drafting.errors import DraftRefused
from lifecycle.drafting.forms import Form
from lifecycle.drafting.house import House
from lifecycle.drafting.unsubscribing import unsubscribe_headers
from lifecycle.drafting.values import clean

__all__ = ["Draft", "is_address", "to_eml"]

_FORMULA = ("=", "+", "-")  # what a spreadsheet would reckon with


@dataclass(frozen=True)
class Draft:
    """A letter filled in; `provenance` lists each (field, text shown) in the letter's order.

    `fields` are the names that its template may show or ask; `form` is the text that it shares with
    other letters to the public.
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
    form: Form | None = None


def to_eml(draft: Draft, house: House, *, letter: str, to: str | None = None) -> bytes:
    """Return the draft as an `.eml` file, which mail programs open as a message not yet sent.

    `letter` is the draft's id, by which it can be stopped (see `unsubscribe_headers`). Raises
    DraftRefused unless `to` is one plain address, or missing.
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
    for name, value in unsubscribe_headers(draft.audience, draft.kind, house, letter).items():
        message[name] = value
    message.set_content(draft.text, cte="quoted-printable")
    message.add_alternative(draft.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def is_address(to: str) -> bool:
    """Tell whether a text is one plain e-mail address that no program takes for more."""
    local, _, domain = to.partition("@")
    odd = any(c in ' ,;:<>()"\\' for c in to) or "@" in domain or to.startswith(_FORMULA)
    return not odd and clean(to) == to and bool(local) and "." in domain


def _one_address(to: str) -> str:
    if not is_address(to):
        raise DraftRefused("The address is not one e-mail address.", "contact.email")
    return to
