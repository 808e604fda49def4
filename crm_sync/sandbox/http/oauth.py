"""The token endpoint: password, client credentials, JWT bearer and refresh token."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from crm_sync.sandbox.http.call import Call, Reply, json_reply
from crm_sync.sandbox.http.jwt_bearer import subject_of
from crm_sync.sandbox.http.oauth_error import OAuthError
from crm_sync.sandbox.sessions import Session

__all__ = ["form", "password_fits", "same", "token"]

_SCOPE = "api refresh_token id"
_FAILED = "authentication failure"


def token(call: Call) -> Reply:
    """Begin a session and return its token, or `error` and `error_description`."""
    given = form(call)
    try:
        grant = given.get("grant_type", "")
        if grant not in _GRANTS:
            raise OAuthError("unsupported_grant_type", "grant type not supported")
        user_id = _GRANTS[grant](call, given)
    except OAuthError as error:
        return json_reply(error.body(), error.status)
    org = call.server.org
    session = call.server.sessions.open(user_id, given.get("client_id", ""), org.clock())
    return json_reply(_granted(call, session))


def form(call: Call) -> dict[str, str]:
    """Return the fields of a form, sent as the body or after the question mark.

    Client id and secret may be in an Authorization header instead.
    """
    body = call.body.decode("utf-8", "replace")
    given = dict(call.query) | dict(parse_qsl(body, keep_blank_values=True))
    return given | _basic(call)


def same(given: str | None, wanted: str) -> bool:
    """Compare secrets in a time that does not depend on where they differ."""
    return hmac.compare_digest((given or "").encode(), wanted.encode())


def password_fits(call: Call, given: str | None) -> bool:
    """Say whether a password, with or without the security token after it, is right."""
    settings = call.server.org.settings
    fits = [
        same(given, settings.password),
        same(given, settings.password + settings.security_token),
    ]
    return any(fits)


def _basic(call: Call) -> dict[str, str]:
    """Return client id and secret from an Authorization header, if a client puts them there."""
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": name, "client_secret": secret}


def _check_client(call: Call, given: Mapping[str, str], *, secret: bool = True) -> None:
    settings = call.server.org.settings
    if not same(given.get("client_id"), settings.client_id):
        raise OAuthError("invalid_client_id", "client identifier invalid")
    if secret and not same(given.get("client_secret"), settings.client_secret):
        raise OAuthError("invalid_client", "invalid client credentials")


def _user(call: Call, username: str | None) -> str:
    try:
        return call.server.org.user_id(username or "")
    except KeyError as error:
        raise OAuthError("invalid_grant", _FAILED) from error


def _password(call: Call, given: Mapping[str, str]) -> str:
    _check_client(call, given)
    if not given.get("username") or not password_fits(call, given.get("password")):
        raise OAuthError("invalid_grant", _FAILED)
    return _user(call, given["username"])


def _client_credentials(call: Call, given: Mapping[str, str]) -> str:
    _check_client(call, given)
    return _user(call, call.server.org.settings.username)


def _jwt(call: Call, given: Mapping[str, str]) -> str:
    org = call.server.org
    username = subject_of(given.get("assertion", ""), org.settings, org.clock(), call.base_url)
    try:
        return org.user_id(username)
    except KeyError as error:
        raise OAuthError("invalid_grant", "user hasn't approved this consumer") from error


def _refresh(call: Call, given: Mapping[str, str]) -> str:
    _check_client(call, given, secret="client_secret" in given)
    if not same(given.get("refresh_token"), call.server.org.settings.refresh_token):
        raise OAuthError("invalid_grant", "expired access/refresh token")
    return _user(call, call.server.org.settings.username)


def _granted(call: Call, session: Session) -> dict[str, str]:
    place = f"{call.base_url}/id/{call.server.org.id}/{session.user_id}"
    issued = str(int(session.issued_at.timestamp() * 1000))
    secret = call.server.org.settings.client_secret.encode()
    signature = hmac.new(secret, (place + issued).encode(), hashlib.sha256).digest()
    return {
        "access_token": session.token,
        "instance_url": call.base_url,
        "id": place,
        "token_type": "Bearer",
        "issued_at": issued,
        "signature": base64.b64encode(signature).decode(),
        "scope": _SCOPE,
    }


_GRANTS: dict[str, Callable[[Call, Mapping[str, str]], str]] = {
    "password": _password,
    "client_credentials": _client_credentials,
    "urn:ietf:params:oauth:grant-type:jwt-bearer": _jwt,
    "refresh_token": _refresh,
}
