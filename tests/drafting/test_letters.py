"""Every letter that ships: complete in three languages, for four audiences, true to its values."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from lifecycle.drafting import DraftRefused, Words, difference, edited, edited_html

AUDIENCES = ("corporation", "foundation", "hnwi", "public")
LANGUAGES = ("en", "fr", "es")
PURPOSES = (
    "agreement_reminder",
    "agreement_sent",
    "anniversary",
    "clarification",
    "consultation_invitation",
    "declined",
    "diligence_request",
    "end_of_partnership",
    "farewell_for_now",
    "field_visit_invitation",
    "follow_up",
    "gift_thanks",
    "impact_update",
    "in_kind_thanks",
    "introduction",
    "matching_gift",
    "progress_report",
    "remediation_offer",
    "renewal_invitation",
    "renewal_reminder",
    "renewal_thanks",
    "thanks_for_answer",
    "welcome",
    "win_back",
)
IN_ARABIC = ("follow_up", "gift_thanks", "welcome")
KINDS = ("cash", "in_kind", "pro_bono", "matching")
GOLDEN = Path(__file__).parent / "golden"

every_letter = pytest.mark.parametrize(
    ("purpose", "audience", "language"),
    [(p, a, lang) for p in PURPOSES for a in AUDIENCES for lang in LANGUAGES]
    + [(p, a, "ar") for p in IN_ARABIC for a in AUDIENCES],
)


def flat(text: str) -> str:
    """Text without what only plain text has: list marks and addresses of links."""
    text = re.sub(r"^(- |\d+\. |-- $)", "", text, flags=re.MULTILINE)
    return re.sub(r" \(https://[^)]*\)| · https://\S+", "", text)


def assert_sound(draft) -> None:
    for said in (draft.subject, draft.text, " ".join(draft.html.split())):
        assert not re.search(r"\bNone\b|\{\{|\{%|qzx|v\[\d|undefined", said)
    assert not re.search(r"[ \t][,;.]( |$)|\( ?\)|\S  +\S|\n{3,}", draft.text, re.MULTILINE)
    assert draft.subject.strip() == draft.subject != ""
    assert "\n" not in draft.subject


def test_these_are_the_purposes(library):
    assert library.purposes == PURPOSES
    letters = len(PURPOSES) * len(LANGUAGES) + len(IN_ARABIC)
    assert len(library.templates) == letters * len(AUDIENCES)


@every_letter
def test_html_and_text_say_the_same(library, house, values, page, purpose, audience, language):
    for kind in KINDS:
        facts = values | {"partner.audience": audience, "row.kind": kind}
        draft = library.draft(
            purpose, audience=audience, language=language, values=facts, house=house
        )
        assert_sound(draft)
        letterhead = house.name.split()
        assert page(draft.html).words == letterhead + flat(draft.text).split()


@every_letter
def test_the_page_stands_alone(library, house, values, page, purpose, audience, language):
    draft = library.draft(purpose, audience=audience, language=language, values=values, house=house)
    seen = page(draft.html)
    assert seen.get("html", "lang") == [language]
    assert seen.get("html", "dir") == ["rtl" if language == "ar" else "ltr"]
    assert not {"script", "link", "iframe", "img", "form"} & set(seen.tags)
    assert not re.search(r"@import|url\(|@font-face", draft.html)
    own = (house.website, house.giving_url, house.unsubscribe_url, f"mailto:{house.email}")
    assert set(seen.get("a", "href")) <= set(own)
    assert draft.html.index("<meta charset") < 512  # where programs look for it
    assert "prefers-color-scheme: dark" in draft.html


@every_letter
def test_a_missing_value_never_leaves_a_gap(
    library, house, values, page, purpose, audience, language
):
    facts = values | {"partner.audience": audience}
    for field in library.find(purpose, audience, language).fields:
        if field.startswith("house."):
            continue
        try:
            draft = library.draft(
                purpose,
                audience=audience,
                language=language,
                values=facts | {field: None},
                house=house,
            )
        except DraftRefused as refusal:
            assert refusal.field == field
            assert field in refusal.reason
        else:
            assert_sound(draft)
            assert field not in dict(draft.provenance)
            page(draft.html)


@every_letter
def test_a_partner_of_whom_nothing_is_known_is_still_greeted(
    library, house, purpose, audience, language
):
    try:
        draft = library.draft(purpose, audience=audience, language=language, values={}, house=house)
    except DraftRefused as refusal:
        assert (purpose, refusal.field) == ("gift_thanks", "row.amount")
    else:
        assert_sound(draft)
        assert draft.provenance == ()


@every_letter
def test_the_public_can_always_leave(library, house, values, purpose, audience, language):
    draft = library.draft(purpose, audience=audience, language=language, values=values, house=house)
    assert (house.unsubscribe_url in draft.html) == (audience == "public")
    assert (house.unsubscribe_url in draft.text) == (audience == "public")


@every_letter
def test_a_person_may_add_a_paragraph_to_any_letter(
    library, house, values, page, purpose, audience, language
):
    draft = library.draft(purpose, audience=audience, language=language, values=values, house=house)
    drawn = Words(draft.subject, draft.text)
    greeting, rest = draft.text.split("\n\n", 1)
    changed = Words.read(str(Words("New & short", f"{greeting}\n\nOne <b>line</b>.\n\n{rest}")))
    html = edited_html(draft.html, drawn, edited(drawn, difference(drawn, changed)))
    assert edited(drawn, difference(drawn, changed)) == changed
    before, after = page(draft.html), page(html)
    assert after.get("a", "href") == before.get("a", "href")
    assert sorted(after.tags) == sorted([*before.tags, "p"])
    assert after.words == house.name.split() + flat(changed.text).split()


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_language_borrows_anothers_sentences(library, house, values, purpose, audience):
    sentences = {}
    for language in LANGUAGES:
        draft = library.draft(
            purpose, audience=audience, language=language, values=values, house=house
        )
        said = f"{draft.subject}\n{draft.text}".split("-- \n")[0]
        sentences[language] = {s.strip() for s in re.split(r"[.!?:,\n]", said) if len(s) > 25}
        assert len(sentences[language]) > 3
    for one, other in combinations(LANGUAGES, 2):
        shared = sentences[one] & sentences[other]
        assert not {s for s in shared if house.name not in s}


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.txt")), ids=lambda path: path.stem)
def test_letters_read_as_they_were_approved(library, house, values, path):
    purpose, audience, language = path.stem.split("-")
    facts = values | {"partner.audience": audience}
    draft = library.draft(purpose, audience=audience, language=language, values=facts, house=house)
    assert f"{draft.subject}\n\n{draft.text}" == path.read_text("utf-8")


def test_there_are_approved_letters():
    assert len(list(GOLDEN.glob("*.txt"))) >= 4


@pytest.mark.parametrize(
    ("facts", "greetings"),
    [
        ({}, ("Dear Ms. Núñez,", "Chère Madame,", "Estimada Sra. Núñez:")),
        (
            {"contact.salutation": "Mr."},
            ("Dear Mr. Núñez,", "Cher Monsieur,", "Estimado Sr. Núñez:"),
        ),
        (
            {"contact.salutation": None},
            ("Dear Lucía Núñez,", "Bonjour Lucía Núñez,", "Buenos días, Lucía Núñez:"),
        ),
        (
            {"contact.last_name": None},
            ("Dear Lucía Núñez,", "Chère Madame,", "Buenos días, Lucía Núñez:"),
        ),
        (
            {"contact.salutation": None, "contact.last_name": None, "contact.name": None},
            (
                "Dear colleagues at Northwind Shipping,",
                "Madame, Monsieur,",
                "Estimado equipo de Northwind Shipping:",
            ),
        ),
    ],
)
def test_greetings(library, house, values, facts, greetings):
    for language, greeting in zip(LANGUAGES, greetings, strict=True):
        draft = library.draft(
            "win_back",
            audience="corporation",
            language=language,
            values=values | facts,
            house=house,
        )
        assert draft.text.splitlines()[0] == greeting


def test_money_and_dates_follow_the_language(library, house, values):
    said = {
        language: library.draft(
            "gift_thanks", audience="hnwi", language=language, values=values, house=house
        ).provenance
        for language in LANGUAGES
    }
    assert ("row.amount", "€12,500.50") in said["en"]
    assert ("row.amount", "12\u202f500,50\u00a0€") in said["fr"]
    assert ("row.amount", "12.500,50\u00a0€") in said["es"]
    assert ("row.date", "2 November 2026") in said["en"]
    assert ("gift.first_date", "4 mai 2023") in said["fr"]
    assert ("row.date", "2 de noviembre de 2026") in said["es"]


def test_provenance_lists_what_the_letter_shows_and_nothing_else(library, house, values):
    draft = library.draft(
        "renewal_invitation", audience="public", language="en", values=values, house=house
    )
    assert draft.provenance == (
        ("contact.salutation", "Ms."),
        ("contact.last_name", "Núñez"),
        ("gift.first_date", "4 May 2023"),
        ("gift.count", "3 times"),
    )


def test_no_letter_promises_what_policy_forbids(library, house, values):
    promise = re.compile(
        r"\b(exclusiv|endors|guarantee|garanti|garantiz|preferred partner|partenaire privilégié"
        r"|socio preferente|legally bind|recomendamos)\w*",
        re.IGNORECASE,
    )
    for template in library.templates:
        draft = library.draft(
            template.purpose,
            audience=template.audience,
            language=template.language,
            values=values,
            house=house,
        )
        assert not promise.search(draft.text), template.file


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_an_agreement_that_was_signed_is_said_to_end(library, house, values, language):
    for status in ("signed", "ended", "draft", "sent", "cancelled"):
        draft = library.draft(
            "end_of_partnership",
            audience="corporation",
            language=language,
            values=values | {"agreement.status": status},
            house=house,
        )
        named = "agreement.end_date" in dict(draft.provenance)
        assert named is (status in ("signed", "ended")) is ("2027" in draft.text)
