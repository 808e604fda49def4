"""What a user relies on: wrong settings are refused with words, secrets never show."""

import pytest
from pydantic import ValidationError

from crm_sync.salesforce import CrmSettings


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
def test_each_login_says_what_it_needs(auth: str, missing: str) -> None:
    with pytest.raises(ValidationError, match=f"also needs {missing}"):
        CrmSettings.model_validate({"auth": auth})


def test_secrets_do_not_show() -> None:
    settings = CrmSettings.model_validate(
        {"auth": "soap", "username": "ana", "password": "hush", "security_token": "psst"}
    )
    shown = f"{settings!r} {settings} {settings.model_dump_json()}"
    assert "hush" not in shown
    assert "psst" not in shown
    assert settings.secret("password") == "hush"
