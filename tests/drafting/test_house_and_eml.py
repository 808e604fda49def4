"""The organisation's settings, and drafts as files that mail programs open."""

from email import message_from_bytes, policy

import pytest
from pydantic import ValidationError

from lifecycle.drafting import DraftRefused, House, to_eml


@pytest.fixture
def draft(library, house, values):
    def draft(purpose="win_back", audience="public", language="es", house=house):
        return library.draft(
            purpose, audience=audience, language=language, values=values, house=house
        )

    return draft


def test_eml_is_an_unsent_message_with_both_forms(draft, house):
    written = draft()
    message = message_from_bytes(
        to_eml(written, house, letter="PL-1", to="lucia@northwind.example"), policy=policy.default
    )
    assert message["X-Unsent"] == "1"
    assert message["Subject"] == written.subject == "Nos ha hecho falta su compañía"
    assert message["To"] == "lucia@northwind.example"
    assert str(message["From"]) == "Amina Diallo <partnerships@example.org>"
    assert message["Date"] is None
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    plain, html = message.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == written.text
    assert html.get_content().replace("\r\n", "\n").strip() == written.html.strip()


@pytest.mark.parametrize(
    ("purpose", "audience", "leaves"),
    [
        ("win_back", "public", True),
        ("gift_thanks", "public", True),
        ("declined", "public", False),
        ("win_back", "corporation", False),
        ("renewal_invitation", "hnwi", False),
    ],
)
def test_the_public_can_unsubscribe_in_one_click(draft, house, purpose, audience, leaves):
    message = message_from_bytes(
        to_eml(draft(purpose, audience), house, letter="PL-1"), policy=policy.default
    )
    expected = f"<{house.unsubscribe_url}?letter=PL-1>" if leaves else None
    assert message["List-Unsubscribe"] == expected
    assert message["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if leaves else None)


def test_a_long_unsubscribe_address_stays_whole(draft, house):
    address = "https://www.example.org/leave?key=" + "k" * 300
    house = House(**{**house.model_dump(), "unsubscribe_url": address})
    mail = to_eml(draft(), house, letter="PL-1")
    assert f"List-Unsubscribe: <{address}&letter=PL-1>\r\n".encode() in mail


@pytest.mark.parametrize(
    "to",
    [
        "a@b.example, c@d.example",
        "a@b.example;c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "Ana <a@b.example>",
        "a@b@c.example",
        "a b@c.example",
        "nobody",
        "@b.example",
        "a@b",
        "",
        "a@\u202eb.example",
    ],
)
def test_only_one_plain_address(draft, house, to):
    with pytest.raises(DraftRefused, match="not one e-mail address"):
        to_eml(draft(), house, letter="PL-1", to=to)


def test_settings_show_in_the_letter(draft, house):
    own = {
        "name": {"en": "Harbour Aid", "es": "Ayuda del Puerto"},
        "signature_title": None,
        "logo_url": "https://www.example.org/logo.png",
        "giving_url": None,
        "colour": "#7A1F3D",
    }
    house = House(**{**house.model_dump(), **own})
    written = draft(house=house)
    assert 'alt="Ayuda del Puerto"' in written.html
    assert "#7a1f3d" in written.html
    assert "Ayuda del Puerto" in written.text
    assert "Quiero volver a ayudar" not in written.text
    assert "\nAmina Diallo\nAyuda del Puerto\npartnerships@example.org\n" in written.text


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"nam": "x"}, "Extra inputs"),
        ({"name": {"fr": "x"}}, "English words"),
        ({"name": "a\r\nBcc: x"}, "pattern"),
        ({"email": "a@b.example, c@d.example"}, "pattern"),
        ({"website": "javascript:alert(1)"}, "pattern"),
        ({"unsubscribe_url": 'https://x.example/"onclick="'}, "pattern"),
        ({"colour": "red"}, "pattern"),
        ({"colour": "#ffee00"}, "too close"),
        ({"colour_on_dark": "#222222"}, "too close"),
    ],
)
def test_settings_that_would_spoil_letters(house, settings, message):
    with pytest.raises(ValidationError, match=message):
        House(**{**house.model_dump(), **settings})


def test_nobody_signs_a_letter_who_was_not_named():
    with pytest.raises(ValidationError) as caught:
        House()
    assert [error["loc"][0] for error in caught.value.errors() if error["type"] == "missing"] == [
        "name",
        "signature_name",
        "address",
        "email",
        "website",
        "unsubscribe_url",
    ]
