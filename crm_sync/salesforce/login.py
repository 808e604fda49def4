"""Logging in: from settings to a Salesforce client that never refreshes behind our back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from simple_salesforce.api import Salesforce
from simple_salesforce.login import SalesforceLogin

from crm_sync.salesforce.failures import translated_errors
from crm_sync.salesforce.settings import CrmSettings
from crm_sync.salesforce.transport import LOGIN_DOMAIN
from partner_lifecycle import SettingsError

__all__ = ["log_in"]


def log_in(settings: CrmSettings, http: requests.Session) -> Salesforce:
    """Log in and return a client bound to the session id.

    Renewal is left to our session: simple-salesforce's own drops the headers of the call it
    repeats. Raises CrmLoginFailed, CrmUnreachable or CrmUnreadable, and SettingsError for a private
    key that cannot be used.
    """
    with translated_errors(f"login at {settings.login_url}"):
        session_id, instance = _session_of(settings, http)
        return Salesforce(
            session_id=session_id,
            instance=instance,
            version=settings.api_version,
            session=http,
            object_pairs_hook=dict,
        )


def _session_of(settings: CrmSettings, http: requests.Session) -> tuple[str, str]:
    if settings.auth == "session":
        return settings.secret("session_id") or "", urlsplit(settings.login_url).netloc
    session_id, instance = SalesforceLogin(
        domain=_domain(settings),
        sf_version=settings.api_version,
        session=http,
        **_credentials(settings),
    )
    return session_id, urlsplit(f"https://{instance}").netloc


def _domain(settings: CrmSettings) -> str:
    host = urlsplit(settings.login_url).hostname or ""
    name = host.removesuffix(".salesforce.com")
    return LOGIN_DOMAIN if name == host else name


def _credentials(settings: CrmSettings) -> Mapping[str, Any]:
    match settings.auth:
        case "soap":
            return _chosen(settings, "username", "password", "security_token")
        case "client_credentials":
            return _chosen(settings, "consumer_key", "consumer_secret")
        case "jwt":
            key = _private_key(settings.private_key_file)
            return {**_chosen(settings, "username", "consumer_key"), "privatekey": key}
    return _chosen(settings, "username", "password", "consumer_key", "consumer_secret")


def _private_key(file: Path | None) -> bytes:
    """Return the key to sign with, in PEM form; SettingsError when it is no key that we can use."""
    try:
        pem = Path(file or "").read_bytes()
        readable = isinstance(load_pem_private_key(pem, password=None), RSAPrivateKey)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        readable = False
    if readable:
        return pem
    raise SettingsError(
        "The private key for logging in cannot be read.",
        where=str(file),
        remedy="crm.private_key_file must name an RSA key in PEM form, without a passphrase, that "
        "we may read.",
    )


def _chosen(settings: CrmSettings, *names: str) -> dict[str, str | None]:
    clear = {"username", "consumer_key"}
    return {
        name: getattr(settings, name) if name in clear else settings.secret(name) for name in names
    }
