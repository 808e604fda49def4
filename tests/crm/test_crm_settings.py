"""What a user relies on: wrong settings are refused with words, secrets never show."""

import pytest
from pydantic import ValidationError

from crm_sync.salesforce import CrmSettings, connect
from partner_lifecycle import SettingsError


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:9"])
def test_plain_http_is_for_this_machine(address: str) -> None:
    settings = CrmSettings(login_url=address, auth="session", session_id="x")
    assert settings.login_url == address


@pytest.mark.parametrize(
    "address", ["http://acme.example.org", "http://10.0.0.1", "ftp://x", "acme"]
)
def test_passwords_go_nowhere_in_clear(address: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        CrmSettings(login_url=address, auth="session", session_id="x")


@pytest.mark.parametrize(
    ("auth", "missing"),
    [
        ("password", "username, password, consumer_key, consumer_secret"),
        ("soap", "username, password, security_token"),
        ("client_credentials", "consumer_key, consumer_secret"),
        ("jwt", "username, consumer_key, private_key_file"),
        ("session", "session_id"),
    ],
)
def test_each_login_says_what_it_needs_and_only_when_there_is_one(auth: str, missing: str) -> None:
    settings = CrmSettings.model_validate({"auth": auth})
    with pytest.raises(SettingsError, match=f"also needs {missing}"):
        connect(settings)


@pytest.mark.parametrize("address", ["https://ana:hush@acme.example", "ana:hush@acme.example"])
def test_an_address_holds_no_password(address: str) -> None:
    with pytest.raises(ValidationError, match="no password") as raised:
        CrmSettings(login_url=address)
    assert "hush" not in raised.value.errors(include_input=False)[0]["msg"]


def test_secrets_do_not_show() -> None:
    settings = CrmSettings.model_validate(
        {"auth": "soap", "username": "ana", "password": "hush", "security_token": "psst"}
    )
    shown = f"{settings!r} {settings} {settings.model_dump_json()}"
    assert "hush" not in shown
    assert "psst" not in shown
    assert settings.secret("password") == "hush"
