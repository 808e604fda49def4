"""What the tests of crm_sync share: sessions on an answered wire, a mirror filled by hand."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import responses
from sqlalchemy import Connection, Engine, create_engine, insert, text

from crm_sync.mirror import MIRROR_METADATA, create_views
from crm_sync.mirror.kinds import Kind
from crm_sync.mirror.tables import index_table, mirror_table, prepare_table
from crm_sync.mirror.views import indexed_fields
from crm_sync.profiles import Profile
from crm_sync.salesforce import CrmSettings, Session, connect
from crm_sync.sandbox import LocalOrg, load_schema

sys.path.insert(0, str(Path(__file__).parent))

from org_and_mirror import METADATA, Place
from org_and_mirror import open_session as open_local

ORG = "https://acme.my.salesforce.com"
DATA = f"{ORG}/services/data/v62.0"
TOKEN = f"{ORG}/services/oauth2/token"

_NUMBERS = ("Amount", "Amount__c", "Value__c", "Capacity__c", "Count__c")
_FLAGS = ("Is", "Has", "npsp__Do_Not", "npsp__Deceased", "npsp__Grantmaker", "Exclusive")
_DATES = ("Date", "Date__c", "_On__c", "Since__c", "Until__c", "Due__c")
_INSTANTS = ("SystemModstamp", "DateTime", "LastModifiedDate", "CreatedDate", "BouncedDate")


def kind_by_name(field: str) -> Kind:
    """The kind that Salesforce gives a field of such a name."""
    if field.endswith(_INSTANTS):
        return Kind.INSTANT
    if field.startswith(_FLAGS) or field.endswith("Individual__c"):
        return Kind.BOOLEAN
    if field.endswith(_DATES):
        return Kind.DATE
    return Kind.NUMBER if field.endswith(_NUMBERS) else Kind.TEXT


class FilledMirror:
    """A mirror of an org that has all of a profile, or less, filled row by row."""

    def __init__(
        self, connection: Connection, profile: Profile, without: frozenset[str] = frozenset()
    ) -> None:
        self.connection = connection
        self.present = {
            name: {each: kind_by_name(each) for each in fields if f"{name}.{each}" not in without}
            for name, fields in profile.objects.items()
            if name not in without
        }
        for name, fields in self.present.items():
            table = mirror_table(name, fields)
            prepare_table(connection, table, {})
            index_table(connection, table, indexed_fields(profile)[name])
        create_views(connection, profile, self.present)

    def add(self, name: str, **values: Any) -> None:
        """Add a row; what is not named is missing."""
        table = mirror_table(name, self.present[name])
        self.connection.execute(insert(table).values(**values))

    def rows(self, view: str) -> list[dict[str, Any]]:
        """All rows of a view, by id."""
        found = self.connection.execute(text(f"SELECT * FROM {view} ORDER BY id, partner_id"))
        return [dict(row._mapping) for row in found]

    def partners(self) -> dict[str, dict[str, Any]]:
        """The partners by id."""
        found = self.connection.execute(text("SELECT * FROM partner"))
        return {row.id: dict(row._mapping) for row in found}


@pytest.fixture
def engine(any_database: str) -> Iterator[Engine]:
    """An empty database with the mirror's own tables, once of each kind."""
    made = create_engine(any_database)
    MIRROR_METADATA.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def sqlite_engine(store_url: str) -> Iterator[Engine]:
    """An empty SQLite database with the mirror's own tables."""
    made = create_engine(store_url)
    MIRROR_METADATA.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def mirror(engine: Engine) -> Iterator[Callable[..., FilledMirror]]:
    """Make a mirror for a profile: `mirror(profile, without={...})`."""
    with engine.connect() as connection:

        def make(profile: Profile, without: frozenset[str] = frozenset()) -> FilledMirror:
            return FilledMirror(connection, profile, without)

        yield make


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    """Answers instead of a network; an address that nobody prepared fails."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as prepared:
        token = {"access_token": "00Dx!token", "instance_url": ORG}
        prepared.post(TOKEN, json=token)
        yield prepared


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the session would have slept."""
    return []


@pytest.fixture
def open_session(waits: list[float]) -> Callable[..., Session]:
    """Log in to the answered wire: `open_session(retries=2)`."""

    def make(**changes: Any) -> Session:
        given: Mapping[str, Any] = {
            "login_url": ORG,
            "username": "ana@example.org",
            "password": "s3cret-password",
            "consumer_key": "3MVGkey",
            "consumer_secret": "s3cret-consumer",
            "retries": 2,
        }
        return connect(CrmSettings.model_validate({**given, **changes}), sleep=waits.append)

    return make


@pytest.fixture
def both(engine: Engine) -> Iterator[Place]:
    """An org of its own and an empty mirror of it, once in each kind of database."""
    with LocalOrg.start(load_schema(METADATA)) as started:
        session = open_local(started)
        yield Place(started, session, engine)
        session.close()


@pytest.fixture
def lone(sqlite_engine: Engine) -> Iterator[Place]:
    """An org of its own and an empty mirror of it in SQLite."""
    with LocalOrg.start(load_schema(METADATA)) as started:
        session = open_local(started)
        yield Place(started, session, sqlite_engine)
        session.close()
