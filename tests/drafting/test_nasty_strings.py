"""A list of strings that broke other programs, as every name in every letter: words, no more."""

import codecs
import re
import unicodedata
from pathlib import Path

import pytest

from lifecycle.drafting import DraftRefused, Words, difference, edited, harmless, to_eml

_LINES = (Path(__file__).parent / "nasty.txt").read_text("utf-8").splitlines()
_KEPT = {"\n", "\u200c", "\u200d", "\u2068", "\u2069", "\u200e", "\u200f"}


def _read(line: str) -> str:
    """Return a line with its escapes read and everything else as it is."""
    return re.sub(
        r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[nr\\])",
        lambda found: codecs.decode(found[0], "unicode_escape"),
        line,
    )


NASTY = [_read(line) for line in _LINES if line and not line.startswith("# ")]
NASTY += ["", " ", "\t", "# -- not a comment", "A" * 100_000, "A " * 50_000, "\u0301" * 100_000]
NASTY += ["{{" * 5_000, "<" * 20_000, "\u202e" * 50_000, ("\r\n" * 10_000) + "x"]
NAMES = ("partner.name", "contact.name", "contact.last_name", "contact.salutation")
nasty = pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))


def test_the_list_is_long():
    assert len(NASTY) >= 130


@nasty
@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_no_letter_is_more_than_words(library, house, values, page, value, language):
    facts = values | dict.fromkeys((*NAMES, "agreement.countries"), value)
    for template in library.templates:
        if (template.audience, template.language) != ("corporation", language):
            continue
        wanted = {"audience": "corporation", "language": language, "house": house}
        good = library.draft(template.purpose, values=values, **wanted)
        bad = library.draft(template.purpose, values=facts, **wanted)
        assert set(page(bad.html).tags) == set(page(good.html).tags)
        links = page(good.html).get("a", "href")
        assert page(bad.html).get("a", "href") == links
        assert "evil.example" not in "".join(re.findall(r"\w+://\S+", bad.text))
        assert len(bad.subject.splitlines()) == 1 and len(bad.text) < len(good.text) + 2_000
        for said in (bad.subject, bad.text, bad.html):
            assert {c for c in said if unicodedata.category(c)[0] == "C"} <= _KEPT


@nasty
def test_a_mail_has_the_headers_it_had(library, house, values, value):
    facts = values | dict.fromkeys(NAMES, value)
    draft = library.draft(
        "introduction", audience="foundation", language="en", values=facts, house=house
    )
    head = to_eml(draft, house, letter="PL-1").split(b"\r\n\r\n")[0].decode("ascii")
    names = [line.split(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    assert set(names) <= {
        "X-Unsent", "Subject", "From", "Content-Language", "MIME-Version", "Content-Type"
    }  # fmt: skip
    try:
        mail = to_eml(draft, house, letter="PL-1", to=value)
    except DraftRefused:
        return
    assert mail.count(b"\r\nTo: ") == 1 and b"\r\nBcc:" not in mail


@pytest.mark.parametrize(
    "address",
    [
        "a@b.org, c@d.org",
        "a@b.org;c@d.org",
        "a@b.org\r\nBcc: c@d.org",
        "A <a@b.org>",
        "a@b.org c@d.org",
        "@b.org",
        "a@",
        "a@b@c.org",
        "a" * 400 + "@b.org",
    ],
)
def test_a_field_with_more_than_one_plain_address_is_no_address(library, house, values, address):
    draft = library.draft("win_back", audience="public", language="en", values=values, house=house)
    with pytest.raises(DraftRefused):
        to_eml(draft, house, letter="PL-1", to=address)


@nasty
def test_an_edit_with_it_is_read_as_words(value):
    drawn = Words("A subject", "Dear you,\n\nHello.\n\nAnna\n\n-- \nFooter\n")
    written = str(drawn).replace("Hello.", f"Hello. {value}")
    changed = Words.read(written)
    assert edited(drawn, difference(drawn, changed)) == changed
    assert changed.subject == "A subject"
    assert {c for c in str(changed) if unicodedata.category(c)[0] == "C"} <= _KEPT


@nasty
def test_a_cell_is_one_line_and_nothing_that_a_program_carries_out(value):
    cell = harmless(value)
    assert len(cell.splitlines()) <= 1 and not set("<>") & set(cell)
    assert not re.search(r"\{[{%#]", cell) and not re.match(r"[=+\-@\t]", cell)
