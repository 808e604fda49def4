"""SOAP: login and logout, as older clients do it, and the few calls that REST has not."""

from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from crm_sync.sandbox.http.call import Call, Reply
from crm_sync.sandbox.http.oauth import password_fits
from crm_sync.sandbox.http.soap_records import CALLS
from crm_sync.sandbox.http.soap_xml import elements, fault, find, reply, text

__all__ = ["answer"]

_NO_SESSION = "Invalid Session ID found in SessionHeader"
_INVALID = "INVALID_LOGIN"
_INVALID_TEXT = "Invalid username, password, security token; or user locked out."
_KNOWN = "The local org knows login, logout, merge, undelete and emptyRecycleBin over SOAP"


def answer(call: Call) -> Reply:
    """Answer what the envelope asks for; a SOAP fault when it is refused."""
    kind = call.path.split("/")[3]
    try:
        envelope = fromstring(call.body)
    except (ParseError, DefusedXmlException) as error:
        return fault(kind, "UNKNOWN_EXCEPTION", f"The request is not well-formed XML: {error}")
    request = find(envelope, "login")
    if request is not None:
        return _login(call, kind, request)
    token = text(envelope, "sessionId")
    if find(envelope, "logout") is not None:
        return _logout(call, kind, token)
    return _of_session(call, kind, envelope, token)


def _of_session(call: Call, kind: str, envelope: Element, token: str) -> Reply:
    session = call.server.sessions.use(token, call.server.org.clock())
    if session is None:
        return fault(kind, "INVALID_SESSION_ID", _NO_SESSION)
    for name, answered in CALLS.items():
        request = find(envelope, name)
        if request is not None:
            return answered(replace(call, session=session), kind, request)
    return fault(kind, "UNKNOWN_EXCEPTION", _KNOWN)


def _logout(call: Call, kind: str, token: str) -> Reply:
    if not call.server.sessions.close(token):
        return fault(kind, "INVALID_SESSION_ID", _NO_SESSION)
    return reply(kind, "<logoutResponse/>")


def _login(call: Call, kind: str, request: Element) -> Reply:
    username, password = text(request, "username"), text(request, "password")
    try:
        user_id = call.server.org.user_id(username or " ")
    except KeyError:
        user_id = ""
    if not (password_fits(call, password) and user_id):
        return fault(kind, _INVALID, _INVALID_TEXT, "LoginFault")
    return _logged_in(call, kind, user_id)


def _logged_in(call: Call, kind: str, user_id: str) -> Reply:
    org = call.server.org
    session = call.server.sessions.open(user_id, "", org.clock())
    version = call.parts["rest"].split("/")[0]
    place = f"{call.base_url}/services/Soap/{kind}/{version}/{org.id[:15]}"
    result = {
        "metadataServerUrl": place.replace(f"/Soap/{kind}/", "/Soap/m/"),
        "passwordExpired": "false",
        "sandbox": "true",
        "serverUrl": place,
        "sessionId": session.token,
        "userId": user_id,
    }
    fields = elements(result) + f"<userInfo>{elements(_user_info(call, user_id))}</userInfo>"
    body = f"<loginResponse><result>{fields}</result></loginResponse>"
    return reply(kind, body)


def _user_info(call: Call, user_id: str) -> dict[str, Any]:
    statement = 'SELECT "Email", "Name", "Username", "ProfileId" FROM "User" WHERE "Id" = ?'
    org = call.server.org
    with org.storage.reading() as connection:
        email, name, username, profile = connection.execute(statement, [user_id]).fetchone()
    return {
        "organizationId": org.id,
        "organizationMultiCurrency": "true",
        "organizationName": "Local Org",
        "profileId": profile,
        "sessionSecondsValid": "7200",
        "userEmail": email,
        "userFullName": name,
        "userId": user_id,
        "userLanguage": "en_US",
        "userLocale": "en_US",
        "userName": username,
        "userTimeZone": "GMT",
        "userType": "Standard",
    }
