"""Whatever people do in the org between two syncs, and whenever: the mirror becomes the org."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from person import Person
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
