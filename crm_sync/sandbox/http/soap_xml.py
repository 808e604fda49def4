"""The XML of SOAP: parts found by name whatever their namespace, answers and faults."""

from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from crm_sync.sandbox.http.call import Reply

__all__ = ["URNS", "all_of", "elements", "fault", "find", "reply", "text"]

URNS = {"u": "urn:partner.soap.sforce.com", "c": "urn:enterprise.soap.sforce.com"}
_XML = "text/xml;charset=UTF-8"
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" {names}>'
    "<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
)


def find(root: Element, name: str) -> Element | None:
    """Return the first part of that name, or None."""
    return next(iter(all_of(root, name)), None)


def all_of(root: Element, name: str) -> list[Element]:
    """Return every part of that name."""
    return [each for each in root.iter() if each.tag.rpartition("}")[2] == name]


def text(root: Element, name: str) -> str:
    """Return the text of the first part of that name, empty without one."""
    found = find(root, name)
    return (found.text or "") if found is not None else ""


def elements(values: dict[str, Any]) -> str:
    """Return values as XML, each in a part of its name."""
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in values.items())


def reply(kind: str, body: str) -> Reply:
    """Return an answer in the namespace of the partner (u) or enterprise (c) API."""
    return _reply(200, f'xmlns="{URNS[kind]}"', body)


def fault(kind: str, code: str, message: str, name: str = "UnexpectedErrorFault") -> Reply:
    """Return a fault."""
    detail = elements({"sf:exceptionCode": code, "sf:exceptionMessage": message})
    told = elements({"faultcode": f"sf:{code}", "faultstring": f"{code}: {message}"})
    body = f"<soapenv:Fault>{told}<detail><sf:{name}>{detail}</sf:{name}></detail></soapenv:Fault>"
    return _reply(500, f'xmlns:sf="urn:fault.{URNS[kind][4:]}"', body)


def _reply(status: int, names: str, body: str) -> Reply:
    return Reply(status, _ENVELOPE.format(names=names, body=body).encode(), _XML)
