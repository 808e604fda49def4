"""A local org for each test, and clients that talk to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce

from crm_sync.sandbox import LocalOrg, Org, load_schema
from crm_sync.sandbox.schema import Schema

METADATA = Path(__file__).parents[2] / "salesforce"


class Rerouted(HTTPAdapter):
    """Sends what simple-salesforce means for https:// to a local org instead."""

    def __init__(self, url: str) -> None:
        self._url = url
        super().__init__()

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        path = urlsplit(request.url)._replace(scheme="", netloc="").geturl()
        request.url = self._url + path
        return super().send(request, *args, **{**kwargs, "timeout": 20})


class Api:
    """Plain requests to the REST API, as curl would make them."""

    def __init__(self, local: LocalOrg, token: str | None = None) -> None:
        self.local = local
        self.session = requests.Session()
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        full = path if path.startswith(("/services", "/id")) else f"/services/data/v62.0{path}"
        return self.session.request(method, self.local.url + full, timeout=20, **kwargs)

    def query(self, text: str, **headers: str) -> Any:
        return self("GET", "/query", params={"q": text}, headers=headers).json()


@pytest.fixture(scope="session")
def metadata() -> Path:
    return METADATA


@pytest.fixture(scope="session")
def schema() -> Schema:
    return load_schema(METADATA)


@pytest.fixture
def org(schema: Schema) -> Iterator[Org]:
    with Org(schema) as made:
        yield made


@pytest.fixture
def local(schema: Schema) -> Iterator[LocalOrg]:
    with LocalOrg.start(schema) as started:
        yield started


@pytest.fixture
def login(local: LocalOrg) -> Callable[..., requests.Response]:
    """Ask the token endpoint for a session; keyword arguments replace or add form fields."""

    def ask(**given: str) -> requests.Response:
        form = {
            "grant_type": "password",
            "client_id": "local-client-id",
            "client_secret": "local-client-secret",
            "username": "integration@local.example",
            "password": "local-password",
        }
        url = f"{local.url}/services/oauth2/token"
        return requests.post(url, data={**form, **given}, timeout=20)

    return ask


@pytest.fixture
def api(local: LocalOrg, login: Callable[..., requests.Response]) -> Iterator[Api]:
    client = Api(local, login().json()["access_token"])
    yield client
    client.session.close()


@pytest.fixture
def served() -> Any:
    """Log in to an org that a test started itself: `with served(local) as api`."""

    @contextmanager
    def client(local: LocalOrg) -> Iterator[Api]:
        form = {
            "grant_type": "refresh_token",
            "client_id": "local-client-id",
            "refresh_token": "local-refresh-token",
        }
        url = f"{local.url}/services/oauth2/token"
        made = Api(local, requests.post(url, data=form, timeout=20).json()["access_token"])
        yield made
        made.session.close()

    return client


@pytest.fixture
def anonymous(local: LocalOrg) -> Iterator[Api]:
    client = Api(local)
    yield client
    client.session.close()


@pytest.fixture
def as_user(local: LocalOrg, login: Callable[..., requests.Response]) -> Iterator[Any]:
    """Log in as somebody else, by the part of the username before the @."""
    clients: list[Api] = []

    def make(name: str) -> Api:
        token = login(username=f"{name}@local.example").json()["access_token"]
        clients.append(Api(local, token))
        return clients[-1]

    yield make
    for each in clients:
        each.session.close()


@pytest.fixture
def rerouted(local: LocalOrg) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.mount("https://", Rerouted(local.url))
        yield session


@pytest.fixture
def sf(rerouted: requests.Session) -> Salesforce:
    return Salesforce(
        username="integration@local.example",
        password="local-password",
        security_token="local-token",
        session=rerouted,
    )
