"""Check a JWT assertion: who says so, about whom, to whom, until when, and the signature."""

from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate

from crm_sync.sandbox.http.oauth_error import OAuthError
from crm_sync.sandbox.settings import OrgSettings

__all__ = ["subject_of"]

_ALGORITHMS = ["RS256", "RS384", "RS512"]
_LONGEST = timedelta(minutes=5)
_AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")


def subject_of(assertion: str, settings: OrgSettings, now: datetime, base_url: str) -> str:
    """Return the username that an assertion speaks for; raises OAuthError when it does not hold."""
    try:
        claims = _claims(assertion, settings)
        expires = float(claims["exp"])
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
        raise OAuthError("invalid_grant", "invalid assertion") from error
    if claims.get("iss") != settings.client_id:
        raise OAuthError("invalid_client_id", "client identifier invalid")
    audience = str(claims.get("aud", "")).rstrip("/")
    if not (audience in {*_AUDIENCES, base_url} or audience.endswith(".salesforce.com")):
        raise OAuthError("invalid_grant", "audience is invalid")
    left = expires - now.timestamp()
    if not 0 < left <= _LONGEST.total_seconds():
        raise OAuthError("invalid_grant", "expired authorization code")
    return str(claims.get("sub", ""))


def _claims(assertion: str, settings: OrgSettings) -> dict[str, Any]:
    """Return the claims, their signature checked when the org knows the client's key."""
    options: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False}
    if settings.public_key is None:
        return jwt.decode(assertion, options=options | {"verify_signature": False})
    key = _key(settings.public_key)
    return jwt.decode(assertion, key, algorithms=_ALGORITHMS, options=options)


def _key(pem: str) -> str:
    if "CERTIFICATE" not in pem:
        return pem
    key = load_pem_x509_certificate(pem.encode()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
