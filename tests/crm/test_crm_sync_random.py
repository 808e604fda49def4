"""Whatever people do in the org between two syncs, and whenever: the mirror becomes the org."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from crm_sync.mirror import MIRROR_METADATA, Way, sync
from crm_sync.profiles import load_profile
from crm_sync.salesforce import CrmSettings, Session, connect
from crm_sync.sandbox import LocalOrg, load_schema

METADATA = Path(__file__).parents[2] / "salesforce"
FIELDS = ("Id", "Name", "Industry", "ParentId", "Giving_Capacity__c", "Partner_Audience__c")
PROFILE = load_profile("standard")

STEP = st.one_of(
    st.tuples(st.just("insert"), st.text("añ'\\\n ", min_size=1, max_size=8).filter(str.strip)),
    st.tuples(st.just("rename"), st.integers(0, 30)),
    st.tuples(st.just("empty"), st.integers(0, 30)),
    st.tuples(st.just("delete"), st.integers(0, 30)),
    st.tuples(st.just("undelete"), st.integers(0, 30)),
    st.tuples(st.just("purge"), st.integers(0, 30)),
    st.tuples(st.just("merge"), st.integers(0, 30)),
    st.tuples(st.just("wait"), st.integers(0, 400)),
    st.tuples(st.just("sync"), st.sampled_from(Way)),
    st.tuples(st.just("again"), st.sampled_from(Way)),
)


class Person:
    """Somebody who edits accounts, at a time of which some instants see several edits."""

    def __init__(self, local: LocalOrg) -> None:
        self.local = local
        self.org = local.org
        self.time = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        self.org.clock = lambda: self.time
        self.living: list[str] = []
        self.deleted: list[str] = []

    def act(self, what: str, value: Any) -> None:
        match what:
            case "insert":
                self.living.append(self.org.insert("Account", {"Name": value.strip()}))
            case "wait":
                self.time += timedelta(milliseconds=value)
            case "undelete" if self.deleted:
                back = self.deleted.pop(value % len(self.deleted))
                self.org.undelete("Account", back)
                self.living.append(back)
            case "delete" if self.living:
                gone = self.living.pop(value % len(self.living))
                self.org.delete("Account", gone)
                self.deleted.append(gone)
            case "purge" if self.living:
                self.org.hard_delete("Account", self.living.pop(value % len(self.living)))
            case "merge" if len(self.living) > 1:
                gone = self.living.pop(value % len(self.living))
                self.org.merge("Account", self.living[value % len(self.living)], gone)
                self.deleted.append(gone)
            case "rename" if self.living:
                change = {"Name": f"Name {value}", "Giving_Capacity__c": value / 4}
                self.org.update("Account", self.living[value % len(self.living)], change)
            case "empty" if self.living:
                change = {"Giving_Capacity__c": None, "Industry": None}
                self.org.update("Account", self.living[value % len(self.living)], change)


@pytest.fixture(scope="module")
def local() -> Iterator[LocalOrg]:
    with LocalOrg.start(load_schema(METADATA)) as started:
        yield started


@pytest.fixture(scope="module")
def session(local: LocalOrg) -> Iterator[Session]:
    access = local.org.settings
    given_settings = CrmSettings.model_validate(
        {
            "login_url": local.url,
            "auth": "soap",
            "username": access.username,
            "password": access.password,
            "security_token": access.security_token,
            "page_size": 200,
        }
    )
    opened = connect(given_settings)
    yield opened
    opened.close()


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=25))
def test_the_mirror_becomes_the_org(
    local: LocalOrg, session: Session, steps: list[tuple[str, Any]]
) -> None:
    folder = TemporaryDirectory()
    engine = create_engine(f"sqlite:///{folder.name}/mirror.db")
    MIRROR_METADATA.create_all(engine)
    person = Person(local)

    def pull(way: Way, *, full: bool = False) -> None:
        now = datetime.now(UTC)
        sync(session, engine, PROFILE, now=now, objects=["Account"], full=full, way=way)

    pull(Way.REST)
    for what, value in steps:
        if what in {"sync", "again"}:
            pull(value, full=what == "again")
        else:
            person.act(what, value)
    person.time += timedelta(minutes=2)  # the org's list of deletions has whole minutes
    pull(Way.REST)
    wanted = {
        tuple(row[field] for field in FIELDS)
        for row in local.org.query(f"SELECT {', '.join(FIELDS)} FROM Account")
    }
    with engine.connect() as connection:
        names = ", ".join(f'"{field}"' for field in FIELDS)
        found = {
            tuple(row) for row in connection.execute(text(f'SELECT {names} FROM "crm_Account"'))
        }
        merged = dict(connection.execute(text("SELECT old_id, id FROM merged_record")).all())
    engine.dispose()
    folder.cleanup()
    assert found == wanted
    assert not set(person.living) & merged.keys(), "who lives again is nobody's alias"
