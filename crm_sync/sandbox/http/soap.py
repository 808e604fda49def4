"""Login and logout over SOAP, as older clients do it; nothing else of SOAP."""

from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from crm_sync.sandbox.http.call import Call, Reply
from crm_sync.sandbox.http.oauth import password_fits

__all__ = ["login_or_logout"]

_URNS = {"u": "urn:partner.soap.sforce.com", "c": "urn:enterprise.soap.sforce.com"}
_INVALID = "INVALID_LOGIN"
_INVALID_TEXT = "Invalid username, password, security token; or user locked out."
_XML = "text/xml;charset=UTF-8"
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" {names}>'
    "<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
)


def login_or_logout(call: Call) -> Reply:
    """Begin a session (its id, and the address to use) or end one; a SOAP fault when refused."""
    kind = call.path.split("/")[3]
    try:
        envelope = fromstring(call.body)
    except (ParseError, DefusedXmlException) as error:
        return _fault(kind, "UNKNOWN_EXCEPTION", f"The request is not well-formed XML: {error}")
    request = _find(envelope, "login")
    if request is not None:
        return _login(call, kind, request)
    if _find(envelope, "logout") is not None:
        return _logout(call, kind, _text(envelope, "sessionId"))
    return _fault(kind, "UNKNOWN_EXCEPTION", "The local org knows only login and logout over SOAP")


def _logout(call: Call, kind: str, token: str) -> Reply:
    if not call.server.sessions.close(token):
        return _fault(kind, "INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader")
    return _reply(200, f'xmlns="{_URNS[kind]}"', "<logoutResponse/>")


def _login(call: Call, kind: str, request: Element) -> Reply:
    username, password = _text(request, "username"), _text(request, "password")
    try:
        user_id = call.server.org.user_id(username or " ")
    except KeyError:
        user_id = ""
    if not (password_fits(call, password) and user_id):
        return _fault(kind, _INVALID, _INVALID_TEXT)
    return _logged_in(call, kind, user_id)


def _find(root: Element, name: str) -> Element | None:
    return next((each for each in root.iter() if each.tag.rpartition("}")[2] == name), None)


def _text(root: Element, name: str) -> str:
    found = _find(root, name)
    return (found.text or "") if found is not None else ""


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
    fields = _elements(result) + f"<userInfo>{_elements(_user_info(call, user_id))}</userInfo>"
    body = f"<loginResponse><result>{fields}</result></loginResponse>"
    return _reply(200, f'xmlns="{_URNS[kind]}"', body)


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


def _elements(values: dict[str, Any]) -> str:
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in values.items())


def _fault(kind: str, code: str, message: str) -> Reply:
    name = "LoginFault" if code == _INVALID else "UnexpectedErrorFault"
    detail = _elements({"sf:exceptionCode": code, "sf:exceptionMessage": message})
    text = _elements({"faultcode": f"sf:{code}", "faultstring": f"{code}: {message}"})
    body = f"<soapenv:Fault>{text}<detail><sf:{name}>{detail}</sf:{name}></detail></soapenv:Fault>"
    return _reply(500, f'xmlns:sf="urn:fault.{_URNS[kind][4:]}"', body)


def _reply(status: int, names: str, body: str) -> Reply:
    return Reply(status, _ENVELOPE.format(names=names, body=body).encode(), _XML)
