"""Who a token belongs to, whether it still holds, and ending it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crm_sync.sandbox.errors import OrgError, no_such_object
from crm_sync.sandbox.http.call import Call, Reply, json_reply
from crm_sync.sandbox.http.oauth import form, same
from crm_sync.sandbox.http.oauth_error import OAuthError
from crm_sync.sandbox.ids import full_id

__all__ = ["identity", "introspect", "revoke", "user_info"]

_HTML = "text/html;charset=UTF-8"
_LIFETIME_S = 7_200


def introspect(call: Call) -> Reply:
    """Say whether a token holds, and whose it is; the client proves itself first."""
    given, settings = form(call), call.server.org.settings
    known = same(given.get("client_id"), settings.client_id)
    if not (known and same(given.get("client_secret"), settings.client_secret)):
        error = OAuthError("invalid_client", "invalid client credentials")
        return json_reply(error.body(), error.status)
    session = call.server.sessions.find(given.get("token", ""), call.server.org.clock())
    if session is None:
        return json_reply({"active": False})
    user, issued = _user(call, session.user_id), int(session.issued_at.timestamp())
    return json_reply(
        {
            "active": True,
            "scope": "api refresh_token id",
            "client_id": session.client_id,
            "username": user["Username"],
            "sub": f"{call.base_url}/id/{call.server.org.id}/{session.user_id}",
            "token_type": "access_token",
            "exp": issued + (settings.session_seconds or _LIFETIME_S),
            "iat": issued,
            "nbf": issued,
        }
    )


def revoke(call: Call) -> Reply:
    """End a session."""
    if call.server.sessions.close(form(call).get("token", "")):
        return Reply(200)
    return json_reply(OAuthError("unsupported_token_type", "invalid token").body(), 400)


def _of_bearer(answer: Callable[[Call], Reply]) -> Callable[[Call], Reply]:
    """Let a token be in the query too; without one that holds the answer is 403 in one word."""

    def answered(call: Call) -> Reply:
        tokens = (call.query.get(name, "") for name in ("oauth_token", "access_token"))
        token = next(filter(None, tokens), "")
        now = call.server.org.clock()
        session = call.session or call.server.sessions.find(token, now)
        if session is None:
            given = token or call.headers.get("authorization")
            return Reply(403, b"Bad_OAuth_Token" if given else b"Missing_OAuth_Token", _HTML)
        return answer(replace(call, session=session))

    return answered


@_of_bearer
def user_info(call: Call) -> Reply:
    """Describe the user who asks, as OpenID Connect does."""
    user = _user(call, call.user_id)
    return json_reply(
        {
            "sub": f"{call.base_url}/id/{call.server.org.id}/{call.user_id}",
            "user_id": call.user_id,
            "organization_id": call.server.org.id,
            "preferred_username": user["Username"],
            "nickname": user["Alias"],
            "name": user["Name"],
            "given_name": user["FirstName"],
            "family_name": user["LastName"],
            "email": user["Email"],
            "email_verified": True,
            "zoneinfo": user["TimeZoneSidKey"],
            "locale": user["LocaleSidKey"],
            "language": user["LanguageLocaleKey"],
            "urls": _urls(call),
            "active": bool(user["IsActive"]),
            "user_type": "STANDARD",
        }
    )


@_of_bearer
def identity(call: Call) -> Reply:
    """Describe a user of the org, as the `id` of a token points to it."""
    if full_id(call.parts["org"]) != call.server.org.id:
        raise no_such_object()
    user = _user(call, full_id(call.parts["user"]) or "")
    return json_reply(
        {
            "id": f"{call.base_url}/id/{call.server.org.id}/{user['Id']}",
            "asserted_user": user["Id"] == call.user_id,
            "user_id": user["Id"],
            "organization_id": call.server.org.id,
            "username": user["Username"],
            "nick_name": user["Alias"],
            "display_name": user["Name"],
            "email": user["Email"],
            "first_name": user["FirstName"],
            "last_name": user["LastName"],
            "timezone": user["TimeZoneSidKey"],
            "active": bool(user["IsActive"]),
            "user_type": "STANDARD",
            "language": user["LanguageLocaleKey"],
            "locale": user["LocaleSidKey"],
            "urls": _urls(call),
        }
    )


def _user(call: Call, user_id: str) -> dict[str, Any]:
    columns = call.server.org.schema.objects["user"].columns
    statement = f'SELECT {", ".join(columns)} FROM "User" WHERE "Id" = ?'
    with call.server.org.storage.reading() as connection:
        found = connection.execute(statement, [user_id]).fetchone()
    if found is None:
        raise OrgError("NOT_FOUND", "The requested resource does not exist")
    return dict(zip(columns, found, strict=True))


def _urls(call: Call) -> dict[str, str]:
    data, soap = f"{call.base_url}/services/data/v{{version}}", f"{call.base_url}/services/Soap"
    org = call.server.org.id[:15]
    return {
        "enterprise": f"{soap}/c/{{version}}/{org}",
        "partner": f"{soap}/u/{{version}}/{org}",
        "rest": f"{data}/",
        "sobjects": f"{data}/sobjects/",
        "query": f"{data}/query/",
        "recent": f"{data}/recent/",
        "custom_domain": call.base_url,
    }
