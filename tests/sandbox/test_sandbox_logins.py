from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from simple_salesforce import Salesforce, SalesforceAuthenticationFailed

from crm_sync.sandbox import LocalOrg, OrgSettings
from crm_sync.sandbox.schema import Schema

JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
Login = Callable[..., requests.Response]


@pytest.fixture(scope="module")
def local(schema: Schema) -> Iterator[LocalOrg]:
    """One org for the whole file: nothing here depends on what it holds."""
    with LocalOrg.start(schema) as started:
        yield started


@pytest.fixture(scope="module")
def key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _public(key: str) -> str:
    loaded: Any = serialization.load_pem_private_key(key.encode(), None)
    return (
        loaded.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def _claims(**changed: Any) -> dict[str, Any]:
    claims = {
        "iss": "local-client-id",
        "sub": "integration@local.example",
        "aud": "https://login.salesforce.com",
        "exp": int((datetime.now(UTC) + timedelta(minutes=3)).timestamp()),
    }
    return {**claims, **changed}


def test_simple_salesforce_logs_in_over_soap_with_its_token(sf: Salesforce) -> None:
    assert sf.query("SELECT Id FROM Organization")["totalSize"] == 1


@pytest.mark.parametrize(
    "given",
    [
        {"username": "claire@local.example", "password": "local-password", "organizationId": "00D"},
        {
            "username": "claire@local.example",
            "password": "local-password",
            "consumer_key": "local-client-id",
            "consumer_secret": "local-client-secret",
        },
    ],
)
def test_simple_salesforce_logs_in_with_a_password(
    rerouted: requests.Session, given: dict[str, str]
) -> None:
    sf = Salesforce(session=rerouted, **given)
    made = sf.Account.create({"Name": "a"})
    assert (
        sf.Account.get(made["id"])["CreatedById"]
        == sf.query("SELECT Id FROM User WHERE Username = 'claire@local.example'")["records"][0][
            "Id"
        ]
    )


def test_simple_salesforce_logs_in_with_client_credentials(rerouted: requests.Session) -> None:
    sf = Salesforce(
        session=rerouted,
        consumer_key="local-client-id",
        consumer_secret="local-client-secret",
        domain="mine.my",
    )
    assert sf.limits()["DailyApiRequests"]["Max"] == 100_000


def test_simple_salesforce_logs_in_with_a_jwt(rerouted: requests.Session, key: str) -> None:
    sf = Salesforce(
        session=rerouted,
        username="amina@local.example",
        consumer_key="local-client-id",
        privatekey=key,
    )
    assert sf.query("SELECT Id FROM User")["totalSize"] == 7


@pytest.mark.parametrize(
    "given",
    [
        {"username": "claire@local.example", "password": "wrong"},
        {"username": "nobody@local.example", "password": "local-password"},
        {"username": "", "password": "local-password"},
    ],
)
def test_a_wrong_password_is_invalid_login(
    rerouted: requests.Session, given: dict[str, str]
) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match="INVALID_LOGIN"):
        Salesforce(session=rerouted, security_token="local-token", **given)


def test_soap_that_is_not_xml_or_not_a_login_is_a_fault(local: LocalOrg) -> None:
    url = f"{local.url}/services/Soap/u/62.0"
    for body in ("<login", "<a/>", '<!DOCTYPE a [<!ENTITY b "c">]><login>&b;</login>'):
        answer = requests.post(url, data=body, timeout=20)
        assert answer.status_code == 500
        assert "<faultcode>" in answer.text


def test_a_session_ends_over_soap(local: LocalOrg, login: Login) -> None:
    token = login().json()["access_token"]
    body = f"<e><h><sessionId>{token}</sessionId></h><logout/></e>"
    url = f"{local.url}/services/Soap/u/62.0"
    assert requests.post(url, data=body, timeout=20).status_code == 200
    assert requests.post(url, data=body, timeout=20).status_code == 500
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{local.url}/services/data/v62.0/", headers=headers, timeout=20)
    assert answer.status_code == 401


def test_a_token_has_the_shape_that_clients_expect(local: LocalOrg, login: Login) -> None:
    answer = login()
    token = answer.json()
    assert answer.status_code == 200
    assert token.keys() == {
        "access_token",
        "instance_url",
        "id",
        "token_type",
        "issued_at",
        "signature",
        "scope",
    }
    assert token["instance_url"] == local.url
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    identity = requests.get(token["id"], headers=headers, timeout=20).json()
    assert identity["username"] == "integration@local.example"
    info = requests.get(f"{local.url}/services/oauth2/userinfo", headers=headers, timeout=20)
    assert info.json()["user_id"] == identity["user_id"]


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"password": "wrong"}, 400, "invalid_grant"),
        ({"username": "nobody"}, 400, "invalid_grant"),
        ({"client_id": "other"}, 400, "invalid_client_id"),
        ({"client_secret": "other"}, 401, "invalid_client"),
        ({"grant_type": "magic"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_secret": ""}, 401, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_grant"),
        ({"grant_type": JWT, "assertion": "x.y.z"}, 400, "invalid_grant"),
        ({"grant_type": JWT}, 400, "invalid_grant"),
    ],
)
def test_a_refused_login_says_why(
    login: Login, given: dict[str, str], status: int, error: str
) -> None:
    answer = login(**given)
    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert answer.json().keys() == {"error", "error_description"}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"iss": "other"}, "invalid_client_id"),
        ({"sub": "nobody"}, "invalid_grant"),
        ({"aud": "https://elsewhere.example"}, "invalid_grant"),
        ({"exp": 1}, "invalid_grant"),
        ({"exp": 9e9}, "invalid_grant"),
    ],
)
def test_a_jwt_with_wrong_claims_is_refused(
    login: Login, key: str, changed: dict[str, Any], error: str
) -> None:
    assertion = jwt.encode(_claims(**changed), key, algorithm="RS256")
    assert login(grant_type=JWT, assertion=assertion).json()["error"] == error


@pytest.fixture
def strict(schema: Schema, key: str) -> Iterator[LocalOrg]:
    with LocalOrg.start(schema, settings=OrgSettings(public_key=_public(key))) as local:
        yield local


def test_a_signature_is_checked_when_the_key_is_known(strict: LocalOrg, key: str) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for signer, status in ((key, 200), (other, 400)):
        form = {"grant_type": JWT, "assertion": jwt.encode(_claims(), signer, algorithm="RS256")}
        url = f"{strict.url}/services/oauth2/token"
        assert requests.post(url, data=form, timeout=20).status_code == status


def test_a_jwt_without_signature_is_refused_when_the_key_is_known(strict: LocalOrg) -> None:
    form = {"grant_type": JWT, "assertion": jwt.encode(_claims(), "", algorithm="none")}
    answer = requests.post(f"{strict.url}/services/oauth2/token", data=form, timeout=20)
    assert answer.status_code == 400


def test_introspect_and_revoke(local: LocalOrg, login: Login, api: Any) -> None:
    token = login().json()["access_token"]
    client = {"client_id": "local-client-id", "client_secret": "local-client-secret"}
    asked = api("POST", "/services/oauth2/introspect", data={"token": token, **client})
    assert asked.json()["active"] is True
    url = f"{local.url}/services/oauth2/introspect"
    asked = requests.post(url, {"token": token}, auth=tuple(client.values()), timeout=20)
    assert asked.json()["active"] is True
    assert api("POST", "/services/oauth2/introspect", data={"token": token}).status_code == 401
    assert api("POST", "/services/oauth2/revoke", data={"token": token}).status_code == 200
    asked = api("POST", "/services/oauth2/introspect", data={"token": token, **client})
    assert asked.json() == {"active": False}
    assert api("POST", "/services/oauth2/revoke", data={"token": token}).status_code == 400


def test_the_refresh_token_begins_another_session(local: LocalOrg, login: Login) -> None:
    answer = login(grant_type="refresh_token", refresh_token="local-refresh-token")
    assert answer.json()["id"].endswith(local.org.user_id())


def test_credentials_are_the_orgs_own(schema: Schema, tmp_path: Path) -> None:
    settings = OrgSettings(username="me@example.org", password="secret", client_id="c")
    with LocalOrg.start(schema, settings=settings) as local:
        form = {"grant_type": "password", "client_id": "c", "client_secret": settings.client_secret}
        url = f"{local.url}/services/oauth2/token"
        good = {**form, "username": "me@example.org", "password": "secret"}
        assert requests.post(url, data=good, timeout=20).status_code == 200
        bad = {**good, "password": "local-password"}
        assert requests.post(url, data=bad, timeout=20).status_code == 400


def test_who_i_am_is_told_to_the_bearer_of_a_token_only(local: LocalOrg, login: Login) -> None:
    granted = login().json()
    for place in (f"{local.url}/services/oauth2/userinfo", granted["id"]):
        told = requests.get(place, params={"oauth_token": granted["access_token"]}, timeout=20)
        assert told.json()["user_id"] == local.org.user_id()
        for headers, word in (({}, "Missing"), ({"Authorization": "Bearer x"}, "Bad")):
            refused = requests.get(place, headers=headers, timeout=20)
            assert (refused.status_code, refused.text) == (403, f"{word}_OAuth_Token")
