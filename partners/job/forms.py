"""The forms in which a letter appears in the CRM: a page, a message, and an e-mail not yet sent.

A file once written keeps its words: new words are a new version of it, which the CRM shows. An
e-mail not yet sent gets the new words.
"""

import base64
from collections.abc import Mapping
from uuid import uuid4

from crm_sync.outbox import Write
from lifecycle.drafting import House
from partners.job.letters import Letter
from partners.job.mail import eml_of
from partners.job.versions import REPLACES
from partners.job.writeback import KEY_FIELD

__all__ = [
    "DRAFT_STATUS",
    "FORMS",
    "changed",
    "form_of",
    "letter_of",
    "made",
    "titled",
    "wordless",
    "words",
]

FORMS = ("html", "eml", "email")
_SHORT = 255
DRAFT_STATUS = "5"
"""Of an e-mail that has not been sent."""
_CONTACT = "003"


def made(
    form: str, letter: Letter, house: House, stamp: str = "", replacing: str | None = None
) -> Write:
    """Return what makes a letter in one form; `stamp` tells it from what was made of it before.

    `replacing` is the file of which it is to be a new version.
    """
    key = _key(letter.id, form, stamp)
    if form == "email":
        return Write(key, "EmailMessage", "create", None, KEY_FIELD, _email(letter, key))
    page = str(letter.html).encode()
    body = page if form == "html" else eml_of(letter.row, letter.row, house, letter.to)
    fields = {
        KEY_FIELD: key,
        **titled(f"Draft: {letter.subject}", _waits(letter)),
        "PathOnClient": f"{letter.purpose}.{letter.language}.{form}",
        "VersionData": base64.b64encode(body).decode(),
        "FirstPublishLocationId": letter.partner_id,
        **({REPLACES: replacing} if replacing else {}),
    }
    return Write(key, "ContentVersion", "create", None, KEY_FIELD, fields)


def changed(form: str, letter_id: str, record_id: str, fields: Mapping[str, object]) -> Write:
    """Return the update of what a letter is in the CRM in one form."""
    # A letter may be withdrawn and come back many times; the record, not the key, is what counts.
    key = _key(letter_id, form, uuid4().hex)
    name = "EmailMessage" if form == "email" else "ContentVersion"
    return Write(key, name, "update", record_id, None, fields)


def titled(title: str, told: str) -> dict[str, object]:
    """Return what a file is called and what is said of it, as long as the CRM takes it."""
    return {"Title": title[:_SHORT], "Description": told[:_SHORT]}


def words(letter: Letter) -> dict[str, object]:
    """Return the words of an e-mail."""
    return {"Subject": letter.subject, "TextBody": letter.text, "HtmlBody": letter.html}


def wordless(subject: str | None, reason: str) -> dict[str, object]:
    """Return what is left of an e-mail that must not go out: nothing that one would send."""
    told = f"Withdrawn: {reason}"
    return {"Subject": f"Withdrawn: {subject}", "TextBody": told, "HtmlBody": None}


def form_of(key: str) -> str:
    """Return the form of what was made under a key."""
    form = key.rpartition(".")[2]
    return form if form in FORMS else "html"


def letter_of(key: str) -> str:
    """Return the id of the letter of which something was made under a key."""
    return key.partition("/")[0].partition(".")[0]


def _key(letter_id: str, form: str, stamp: str) -> str:
    base = f"{letter_id}/{stamp}" if stamp else letter_id
    return base if form == "html" else f"{base}.{form}"


def _waits(letter: Letter) -> str:
    return f"Draft for release, not sent. Rule {letter.rule_id}."


def _email(letter: Letter, key: str) -> dict[str, object]:
    # An e-mail is related to anything but a person: people are those to whom it goes.
    about = {} if letter.partner_id.startswith(_CONTACT) else {"RelatedToId": letter.partner_id}
    people = {"ToIds": [letter.contact_id]} if letter.contact_id else {}
    return {KEY_FIELD: key, "Status": DRAFT_STATUS, **words(letter), **about, **people}
