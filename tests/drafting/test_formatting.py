"""Filters, values, branches and right-to-left letters, each in a letter of its own."""

from datetime import UTC, date, datetime

import pytest

from lifecycle.drafting import DraftRefused, UnknownTemplate, load_templates
from lifecycle.drafting.filters import listed, longdate, money, number, plural
from lifecycle.drafting.language import Language
from lifecycle.drafting.values import clean

EN, FR, ES, AR = (Language(code) for code in ("en", "fr", "es", "ar"))
HEAD = "---\nsubject: A word\npreheader: p\nkind: service\ncite: [S§9]\n---\n"


@pytest.fixture
def say(write, fields, house):
    """The body of a letter, as plain text, for some values."""

    def say(text: str, **values: object) -> str:
        library = load_templates(write(text), fields)
        facts = {name.replace("__", "."): value for name, value in values.items()}
        draft = library.draft(
            "introduction", audience="public", language="en", values=facts, house=house
        )
        return draft.text.split("\n\n", 1)[1].rsplit("\n\nWith our warm thanks", 1)[0]

    return say


@pytest.mark.parametrize(
    ("cents", "currency", "language", "written"),
    [
        (125_000, "USD", EN, "US$1,250"),
        (125_050, "USD", EN, "US$1,250.50"),
        (125_005, "EUR", FR, "1\u202f250,05\u00a0€"),
        (125_000, "USD", FR, "1\u202f250\u00a0$US"),
        (1_250_000, "EUR", ES, "12.500\u00a0€"),
        (100, "CHF", EN, "CHF\u00a01"),
        (125_000, "JPY", EN, "JP¥1,250"),
        (-5_000, "GBP", EN, "-£50"),
        (0, "EUR", EN, "€0"),
        (10**17 + 1, "EUR", EN, "€1,000,000,000,000,000.01"),
    ],
)
def test_money(cents, currency, language, written):
    assert money(cents, language, currency) == written


@pytest.mark.parametrize("currency", ["", "usd", "US$", "ZZZ", "<b>"])
def test_money_of_no_currency_is_refused(currency):
    with pytest.raises(ValueError, match="no ISO code"):
        money(100, EN, currency)


def test_dates():
    day = date(2026, 3, 1)
    assert [longdate(day, language) for language in (EN, FR, ES)] == [
        "1 March 2026",
        "1er mars 2026",
        "1 de marzo de 2026",
    ]


def test_numbers_and_plurals():
    assert number(12_345, EN) == "12,345"
    forms = {"one": "# gift", "other": "# gifts"}
    assert [plural(n, EN, **forms) for n in (0, 1, 2, 1200)] == [
        "0 gifts",
        "1 gift",
        "2 gifts",
        "1,200 gifts",
    ]
    assert plural(0, FR, one="# don", other="# dons") == "0 don"
    arabic = {"zero": "لا تبرعات", "one": "تبرع واحد", "two": "تبرعان", "few": "# تبرعات"}
    assert plural(2, AR, **arabic, other="# تبرع") == "تبرعان"
    assert plural(11, AR, **arabic, other="# تبرع").endswith(" تبرع")


def test_lists():
    assert listed("Kenya;Mali; Peru;", EN) == "Kenya, Mali and Peru"
    assert listed("Kenya;Mali", FR) == "Kenya et Mali"
    assert listed("Kenya;Mali;Perú", ES) == "Kenya, Mali y Perú"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("  Ana \t María\n", "Ana María"),
        ("Zoë\u00a0Ü", "Zoë Ü"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a" * 201, "a" * 199 + "…"),
        ("see https://x.example/a", "see x.example/a"),
        ("Mail mailto:a@b.example", "Mail a@b.example"),
        ("12:30", "12:30"),
        ("\u202a\u202e\u2067", ""),
    ],
)
def test_values_are_cleaned(value, shown):
    assert clean(value) == shown


def test_branches_in_lines_and_around_paragraphs(say):
    line = "You{% if suspended %} and we{% else %} alone{% endif %} **{{ partner.name }}**."
    assert say(line, suspended=True, partner__name="N") == "You and we N."
    assert say(line, suspended=False, partner__name="N") == "You alone N."
    blocks = (
        "{% if suspended %}\nOne.\n\nTwo.\n{% elif today is present %}\nThree.\n{% endif %}\n\nEnd."
    )
    assert say(blocks, suspended=True) == "One.\n\nTwo.\n\nEnd."
    assert say(blocks, today=date(2026, 1, 1)) == "Three.\n\nEnd."
    assert say(blocks) == "End."


@pytest.mark.parametrize(
    ("condition", "values", "holds"),
    [
        ("gift.count > 1", {"gift__count": 2}, True),
        ("gift.count > 1", {}, False),
        ("not gift.count > 1", {}, True),
        ("gift.count != 1", {}, False),
        ("partner.country in ['Peru', 'Mali']", {"partner__country": "Mali"}, True),
        ("partner.country not in ['Peru', 'Mali']", {}, True),
        ("agreement.end_date < today", {}, False),
        (
            "agreement.end_date < today",
            {"today": date(2026, 2, 2), "agreement__end_date": "2026-02-01"},
            True,
        ),
        ("partner.name is present and not suspended", {"partner__name": "x"}, True),
        ("partner.name is not present or suspended", {"partner__name": "x"}, False),
        ("partner.audience == 'public'", {"partner__audience": "public"}, True),
    ],
)
def test_conditions(say, condition, values, holds):
    assert say(f"{{% if {condition} %}}yes{{% else %}}no{{% endif %}}", **values) == (
        "yes" if holds else "no"
    )


def test_a_branch_not_taken_needs_no_value(say):
    assert say("{% if suspended %}{{ partner.name }}{% endif %}Good.") == "Good."
    with pytest.raises(DraftRefused, match=r"needs partner\.name"):
        say("{% if suspended %}{{ partner.name }}{% endif %}Good.", suspended=True)


def test_an_instant_is_written_as_its_day(say):
    at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert say("{{ partner.crm_stage_at | longdate }}", partner__crm_stage_at=at) == (
        "21 November 2026"
    )


def test_plain_text_keeps_what_markdown_meant(say):
    text = (
        "## Next\n\n1. one\n2. two\n   - inner\n\n> said\n\n"
        "[us]({{ house.website }}), [a](https://b.example)\\\nend\n\n* * *\n"
    )
    assert say(text) == (
        "Next\n\n1. one\n2. two\n  - inner\n\nsaid\n\n"
        "us (https://www.example.org), a (https://b.example)\nend\n\n* * *"
    )


def test_apostrophes_and_french_spaces_are_set_as_a_printer_would():
    assert FR.space("l'ami : « oui » !") == "l’ami\u00a0: «\u00a0oui\u00a0»\u00a0!"
    assert EN.space("don't : x") == "don’t : x"


def test_a_foreign_name_cannot_reorder_the_words_around_it(say):
    assert say("For {{ partner.name }}!", partner__name="شركة") == "For \u2068شركة\u2069!"
    assert say("For {{ partner.name }}!", partner__name="Zoë") == "For Zoë!"


@pytest.fixture
def arabic(write, folder, fields):
    write("Hello.\n")
    for part, text in (("greeting", "تحية طيبة،"), ("closing", "مع التقدير،"), ("footer", "شكرا.")):
        (folder / "parts" / part / "any.ar.md").write_text(text, "utf-8")
    text = HEAD + "شكرا لكم {{ partner.name }} على {{ gift.total_usd | usd }}."
    return load_templates(write(text, "introduction/any.ar.md"), fields)


def test_right_to_left(arabic, house, page):
    draft = arabic.draft(
        "introduction",
        audience="hnwi",
        language="ar",
        values={"partner.name": "Northwind", "gift.total_usd": 125_000},
        house=house,
    )
    seen = page(draft.html)
    assert (seen.get("html", "lang"), seen.get("html", "dir")) == (["ar"], ["rtl"])
    assert "\u2068Northwind\u2069" in draft.text
    assert "رئيسة قسم الشراكات" in draft.text


def test_a_language_nobody_wrote_falls_back_to_english(arabic, library, house, values):
    for language in ("sw", None, "", "../en"):
        draft = library.draft(
            "welcome", audience="hnwi", language=language, values=values, house=house
        )
        assert (draft.language, draft.fell_back) == ("en", True)
    assert not library.find("welcome", "hnwi", "fr").fell_back


def test_an_audience_nobody_knows_is_written_to_as_the_public(library):
    assert library.find("welcome", None, "en").audience == "public"
    assert library.find("welcome", "corporation", "en").file == "emails/welcome/any.en.md"


def test_an_unknown_purpose(library):
    with pytest.raises(UnknownTemplate, match="Nobody has written a letter for welcom") as caught:
        library.find("welcom", "public", "en")
    assert caught.value.remedy == "did you mean welcome?"


def test_a_template_says_what_it_needs(library):
    template = library.find("gift_thanks", "hnwi", "fr")
    assert template.row == "gift"
    assert template.kind == "stewardship"
    assert template.cite == ("S§9", "S§27")
    assert {"row.amount", "row.currency", "row.date", "gift.count"} <= template.fields
