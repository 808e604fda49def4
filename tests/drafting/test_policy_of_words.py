"""What letters may not say and must say: in templates, and in what people write into drafts."""

import pytest

from lifecycle.drafting import figures, load_templates, unsupported

_POLICY = "policy.yaml"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("introduction/any.en.md", "You would be our exclusive partner.", "exclusive"),
        ("introduction/any.en.md", "You would be our EXCLUSIVE\npartner.", "EXCLUSIVE"),
        ("introduction/any.en.md", "We will endorse\nwhat you sell.", "endorse"),
        ("introduction/any.en.md", "We\nguarantee it.", "We guarantee"),
        ("introduction/any.en.md", "Your gift is tax deductible.", "tax deductible"),
    ],
)
def test_a_template_that_says_what_none_may_is_refused(write, complaints, name, text, said):
    (complaint,) = complaints(write(text, name))
    assert complaint.startswith("emails/introduction/any.en.md:7:")
    assert f"“{said}” is forbidden" in complaint


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Vous seriez notre partenaire privilégié."),
        ("fr", "Nous nous engageons à tout faire."),
        ("es", "Les garantizamos que llegará."),
        ("es", "Ustedes serían un socio exclusivo."),
        ("ar", "نتعهد لكم بذلك."),
    ],
)
def test_every_language_has_its_words(library, language, text):
    (broken,) = library.policy.broken(text, language)
    assert str(broken).endswith(")") and "S§" in str(broken)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "This is not exclusive: work with whom you like."),
        ("en", "An excluded trade, an end or a gift."),
        ("fr", "Cet accord ne prévoit aucune exclusivité."),
        ("es", "Esto se hace sin exclusividad."),
    ],
)
def test_what_is_right_is_not_forbidden(library, language, text):
    assert library.policy.broken(text, language) == []


def test_a_partners_own_name_says_nothing(library):
    text = "Thank you, Exclusive Travel Ltd."
    assert library.policy.broken(text, "en")
    assert library.policy.broken(text, "en", ["Exclusive Travel Ltd"]) == []


def test_a_field_of_that_name_says_nothing(write, fields):
    text = "{% if agreement.endorses %}\nLet us talk.\n{% endif %}\n\nHello."
    assert load_templates(write(text), fields)


@pytest.mark.parametrize(
    "text", ["We reached 412 people.", "It is 3,000 francs.", "In 2027 we go on.", "٤١٢ people"]
)
def test_a_figure_typed_into_a_template_is_refused(write, complaints, text):
    (complaint,) = complaints(write(text))
    assert complaint.startswith("emails/introduction/any.en.md:7:")
    assert "comes from no record" in complaint


def test_the_numbers_of_a_list_are_no_figures(write, fields):
    assert load_templates(write("1. One\n2. Two\n"), fields)


def test_figures_of_a_text():
    text = "1. On 2026-11-02 we got €12,500.50, ٤٢ per cent.\n2. So it was."
    assert list(figures(text)) == ["2026-11-02", "12,500.50", "42"]
    assert unsupported(text, ["2026-11-02", "€12,500.50"]) == ["42"]


def test_a_letter_to_the_public_must_offer_a_way_out(folder, write, complaints):
    footer = folder / "parts" / "footer" / "public.en.md"
    footer.write_text("You receive this letter because you gave.\n", "utf-8")
    head = "subject: A word\npreheader: A line\nkind: appeal\ncite: [S§9]"
    (complaint,) = complaints(write(f"---\n{head}\n---\nHello.\n"))
    assert "does not show house.unsubscribe_url" in complaint
    footer.write_text("Bye. [Stop]({{ house.unsubscribe_url }})\n", "utf-8")
    (complaint,) = complaints(folder)
    assert "does not say “you receive this letter because”" in complaint


def test_a_letter_about_an_agreement_must_name_the_obligations(write, complaints):
    found = complaints(write("Please sign.", "agreement_sent/any.en.md"))
    assert all("what each side takes on. (S§26)" in each for each in found)


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("", "nothing is forbidden"),
        ("never: {a: {cite: [C1], says: {en: [x]}}}", "a: there is no because"),
        ("never: {a: {cite: [C1], because: b, says: {en: x}}}", "phrases by language"),
        ("never: {a: {cite: [C1], because: b, says: {en: ['*']}}}", "phrases by language"),
        ("never: {a: {cite: C1, because: b, says: {en: [x]}}}", "cite must be a list"),
        ("never: {a: {cite: [C1], because: b, says: {en: [x]}, alows: {}}}", "allows"),
        ("never: [a]", "nothing is forbidden"),
        ("never: {a: {cite: [C1], because: b, says: {en: [x]}}}\nwords: {ease: 3}", "words has"),
        ("never: {a: {cite: [C1], because: b, says: {en: [x]}}}\nwords: {long: 3}", "words has"),
        ("never: {a: 1, a: 2}", "policy.yaml"),
    ],
)
def test_a_policy_that_cannot_be_read_says_where(folder, write, complaints, written, complaint):
    (folder / _POLICY).write_text(written, "utf-8")
    found = complaints(write("Hello."))
    assert any(each.startswith(_POLICY) and complaint in each for each in found), found


def test_without_a_policy_nothing_is_drafted(folder, write, complaints):
    (folder / _POLICY).unlink()
    assert any("cannot be read" in each for each in complaints(write("Hello.")))
