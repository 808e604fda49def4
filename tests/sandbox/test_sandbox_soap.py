"""Merge, undelete and an emptied bin over SOAP, where alone Salesforce has them."""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import requests
from defusedxml.ElementTree import fromstring

from crm_sync.sandbox import LocalOrg

ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:urn="urn:partner.soap.sforce.com" xmlns:so="urn:sobject.partner.soap.sforce.com">'
    "<soapenv:Header><urn:SessionHeader><urn:sessionId>{token}</urn:sessionId>"
    "</urn:SessionHeader></soapenv:Header><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
)
Soap = Callable[..., Element]


@pytest.fixture
def soap(local: LocalOrg, login: Callable[..., requests.Response]) -> Soap:
    token = login().json()["access_token"]

    def call(body: str, session: str = token) -> Element:
        text = ENVELOPE.format(token=session, body=body)
        url = f"{local.url}/services/Soap/u/62.0/00D"
        headers = {"Content-Type": "text/xml", "SOAPAction": '""'}
        return fromstring(requests.post(url, text, headers=headers, timeout=20).content)

    return call


def _texts(root: Element, name: str) -> list[Any]:
    return [each.text for each in root.iter() if each.tag.rpartition("}")[2] == name]


def _merge(master: str, *others: str, fields: str = "") -> str:
    ids = "".join(f"<urn:recordToMergeIds>{each}</urn:recordToMergeIds>" for each in others)
    record = f"<so:type>Account</so:type><so:Id>{master}</so:Id>{fields}"
    return (
        f"<urn:merge><urn:request><urn:masterRecord>{record}</urn:masterRecord>{ids}"
        "</urn:request></urn:merge>"
    )


def _ids(name: str, *ids: str) -> str:
    listed = "".join(f"<urn:ids>{each}</urn:ids>" for each in ids)
    return f"<urn:{name}>{listed}</urn:{name}>"


def test_records_are_merged(local: LocalOrg, soap: Soap) -> None:
    master, one, two = (local.org.insert("Account", {"Name": name}) for name in "M12")
    contact = local.org.insert("Contact", {"LastName": "C", "AccountId": two})
    answer = soap(_merge(master, one, two, fields="<so:Phone>12</so:Phone>"))
    assert _texts(answer, "success") == ["true"]
    assert _texts(answer, "mergedRecordIds") == [one, two]
    assert _texts(answer, "updatedRelatedIds") == [contact]
    assert [row["Phone"] for row in local.org.query("SELECT Phone FROM Account")] == ["12"]
    query = "SELECT Id FROM Account WHERE IsDeleted = TRUE AND MasterRecordId != NULL"
    gone = local.org.query(query, include_deleted=True)
    assert [row["Id"] for row in gone] == [one, two]


def test_the_bin_gives_back_and_is_emptied(local: LocalOrg, soap: Soap) -> None:
    one, two = (local.org.insert("Account", {"Name": name}) for name in "12")
    for each in (one, two):
        local.org.delete("Account", each)
    assert _texts(soap(_ids("undelete", one)), "id") == [one]
    assert _texts(soap(_ids("emptyRecycleBin", one, two)), "success") == ["false", "true"]
    rows = local.org.query("SELECT Id FROM Account", include_deleted=True)
    assert [row["Id"] for row in rows] == [one]


def test_what_is_refused_says_why(local: LocalOrg, soap: Soap) -> None:
    one, two = (local.org.insert("Account", {"Name": name}) for name in "12")
    assert _texts(soap(_merge(one, one)), "statusCode") == ["INVALID_OPERATION"]
    assert _texts(soap(_ids("undelete", two)), "statusCode") == ["UNDELETE_FAILED"]
    assert _texts(soap(_ids("undelete", "nonsense")), "statusCode") == ["MALFORMED_ID"]
    task = local.org.insert("Task", {"Subject": "T"})
    assert _texts(soap(_merge(task, task)), "statusCode") == ["INVALID_OPERATION"]
    (told,) = _texts(soap(_ids("undelete", one), session="none"), "faultcode")
    assert told == "sf:INVALID_SESSION_ID"
    local.faults.clear()
    (told,) = _texts(soap("<urn:describeTabs/>"), "faultcode")
    assert told == "sf:UNKNOWN_EXCEPTION"


def test_calls_over_soap_count(local: LocalOrg, soap: Soap) -> None:
    local.org.insert("Account", {"Name": "A"})
    before = local.usage.used
    soap(_ids("undelete"))
    assert local.usage.used == before + 1
    local.usage.leave(0)
    (told,) = _texts(soap(_ids("undelete")), "faultcode")
    assert told == "sf:REQUEST_LIMIT_EXCEEDED"
