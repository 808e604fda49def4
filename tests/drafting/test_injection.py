"""Whatever a CRM holds, a letter shows it as words: no markup, link, header or Markdown."""

import unicodedata

import pytest

from lifecycle.drafting import DraftRefused, load_templates, to_eml

HOSTILE = {
    "jinja value": "{{ 7 * 7 }}{{ config }}",
    "jinja block": "{% for x in range(9) %}A{% endfor %}{# gone #}",
    "jinja attribute": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "own words": "qzx0xzq <!--qzx1xzq--> qzxbodyxzq v[0]",
    "markdown link": "[Northwind](https://evil.example/x)",
    "markdown picture": "![x](https://evil.example/x.png)",
    "markdown emphasis": "**Northwind** _Shipping_ `x` # Heading",
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x="',
    "apostrophe attribute": "' onmouseover='alert(1)' x='",
    "closing": "</td></table></body><h1>Hello</h1>",
    "comment": "<!-- --><b>bold</b>",
    "entity": "&lt;script&gt;&#123;&#123;",
    "style": "</style><style>body{display:none}",
    "autolink": "<https://evil.example>",
    "bare link": "Win at https://evil.example/now",
    "javascript": "javascript:alert(1)",
    "header": "Northwind\r\nBcc: everybody@evil.example\r\n\r\nHello",
    "line separators": "North\u2028wind\u2029Ship\x85ping\x0b\x0c",
    "null": "North\x00wind\x1b[31m\x7f",
    "bidi override": "North\u202egnippihS\u202c\u2066wind\u2069\u200f",
    "zero width": "Nor\u200bth\ufeffwi\u2060nd\u00ad",
    "tags block": "North\U000e0041\U000e0042wind",
    "surrogate": "North\ud800wind",
    "long": "N" * 100_000,
    "long lines": "word\n" * 20_000,
    "combining": "N" + "\u0301" * 10_000,
}
LETTERS = [
    ("introduction", "foundation", "en"),
    ("diligence_request", "corporation", "fr"),
    ("gift_thanks", "public", "es"),
]
hostile = pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
letters = pytest.mark.parametrize(("purpose", "audience", "language"), LETTERS)
ALLOWED = {"\n", "\u200c", "\u200d", "\u2068", "\u2069"}


@hostile
@letters
def test_a_hostile_name_stays_a_name(
    library, house, values, page, value, purpose, audience, language
):
    def draft(name):
        names = dict.fromkeys(("partner.name", "contact.name", "contact.last_name"), name)
        facts = values | names | {"contact.salutation": None}
        return library.draft(
            purpose, audience=audience, language=language, values=facts, house=house
        )

    good, bad = draft("Northwind"), draft(value)
    assert page(bad.html).tags == page(good.html).tags
    assert page(bad.html).attributes == page(good.html).attributes
    assert "\n" not in bad.subject
    assert "://evil" not in bad.text + bad.html + bad.subject
    assert len(bad.text) < len(good.text) + 3 * 200
    for said in (bad.subject, bad.text, bad.html):
        unseen = {c for c in said if unicodedata.category(c)[0] == "C"} - ALLOWED
        assert unseen == set()


@hostile
def test_a_hostile_name_cannot_reach_the_subject_or_headers(write, fields, house, values, value):
    head = "subject: For {{ partner.name }}\npreheader: p\nkind: appeal\ncite: [S§9]"
    library = load_templates(write(f"---\n{head}\n---\nHello.\n"), fields)
    draft = library.draft(
        "introduction",
        audience="public",
        language="en",
        values=values | {"partner.name": value},
        house=house,
    )
    assert len(draft.subject.splitlines()) == 1
    assert len(draft.subject) <= 160
    head_of_file = to_eml(draft, house, letter="PL-1").split(b"\r\n\r\n")[0]
    assert b"\r\nBcc:" not in head_of_file


def test_markup_in_a_value_is_shown_as_typed(library, house, values):
    facts = values | {"partner.name": "A & B <Ltd> **x**"}
    draft = library.draft(
        "introduction", audience="foundation", language="en", values=facts, house=house
    )
    assert "what A & B <Ltd> **x** sets out" in draft.text
    assert "what A &amp; B &lt;Ltd&gt; **x** sets out" in draft.html


@pytest.mark.parametrize("empty", ["", "   ", "\u200b", "\r\n", "\u202e", "https://"])
def test_a_value_with_nothing_to_see_is_missing(library, house, values, empty):
    facts = values | {"partner.name": empty}
    draft = library.draft(
        "introduction", audience="foundation", language="en", values=facts, house=house
    )
    assert "what your foundation sets out" in draft.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("row.amount", "a lot"),
        ("row.amount", 12.5),
        ("row.amount", True),
        ("row.currency", "{{ x }}"),
        ("row.currency", "ZZZ"),
        ("row.date", "soon"),
        ("row.date", 5),
    ],
)
def test_a_value_of_a_wrong_kind_refuses_the_draft(library, house, values, field, value):
    with pytest.raises(DraftRefused) as caught:
        library.draft(
            "gift_thanks",
            audience="hnwi",
            language="en",
            values=values | {field: value},
            house=house,
        )
    assert caught.value.field in (field, "row.amount")
    assert "row." in caught.value.reason


def test_dates_may_come_as_the_database_writes_them(library, house, values):
    facts = values | {"row.date": "2026-11-02", "gift.first_date": "2023-05-04T10:00:00.000Z"}
    draft = library.draft("gift_thanks", audience="hnwi", language="en", values=facts, house=house)
    assert "2 November 2026" in draft.text
    assert "4 May 2023" in draft.text
