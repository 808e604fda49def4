"""Texts that letters share, and the values merged into them."""

from datetime import date

import pytest

from lifecycle.drafting import harmless


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(1+1)*cmd", "'@SUM(1+1)*cmd"),
        ("\t=1", "'=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ('=HYPERLINK("https://evil.example","x")', '\'=HYPERLINK("https://evil.example","x")'),
        ("<b>Ana</b>", "‹b›Ana‹/b›"),
        ("Smith & Sons", "Smith & Sons"),
        ("Lucía, Núñez", "Lucía, Núñez"),
        ("A\r\nBcc: x", "A  Bcc: x"),
        ("{{contact_name}} {% if x %}", "{ {contact_name}} { % if x %}"),
        (None, ""),
    ],
)
def test_a_cell_is_no_formula_and_no_tag(value, cell):
    assert harmless(value) == cell


def _public(library):
    return [each for each in library.templates if each.audience == "public"]


def _drawn(library, house, values, template):
    return library.draft(
        template.purpose, audience="public", language=template.language, values=values, house=house
    )


def _merged(text, draft):
    for name, (_field, shown) in zip(draft.form.names, draft.provenance, strict=True):
        text = text.replace("{{" + name + "}}", shown)
    return text


def test_values_merged_into_the_text_make_the_letter(library, house, values):
    for template in _public(library):
        draft = _drawn(library, house, values, template)
        assert _merged(draft.form.subject, draft) == draft.subject
        assert _merged(draft.form.text, draft) == draft.text
        assert len(set(draft.form.names)) == len(draft.form.names)


def test_letters_with_other_values_share_a_text_and_those_with_other_words_do_not(
    library, house, values
):
    (thanks,) = (
        each for each in _public(library) if (each.purpose, each.language) == ("gift_thanks", "en")
    )
    first = _drawn(library, house, values, thanks).form
    other = {"row.amount": 700, "contact.last_name": "Okonkwo", "row.date": date(2026, 1, 2)}
    assert _drawn(library, house, values | other, thanks).form is first
    assert _drawn(library, house, values | {"gift.count": 1}, thanks).form.id != first.id
    assert _drawn(library, house, values | {"row.date": None}, thanks).form.id != first.id


def test_a_text_is_another_one_when_somebody_else_signs(library, house, values):
    template = _public(library)[0]
    first = _drawn(library, house, values, template).form
    signed = house.model_copy(update={"signature_name": "Somebody Else"})
    assert _drawn(library, signed, values, template).form.id != first.id
    assert _drawn(library, house, values, template).form.id == first.id


def test_letters_to_others_share_none(library, house, values):
    draft = library.draft("gift_thanks", audience="hnwi", language="en", values=values, house=house)
    assert draft.form is None
