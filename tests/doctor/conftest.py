"""Local orgs, one for each test, and what examines them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from crm_sync.profiles import load_profile
from crm_sync.salesforce import CrmSettings, Session, connect
from crm_sync.sandbox import LocalOrg, load_schema
from partner_lifecycle.resources import metadata_folder
from partners.doctor import Examined, examine


@contextmanager
def logged_in(local: LocalOrg) -> Iterator[Session]:
    given = {**local.login, "retries": 0}
    session = connect(CrmSettings.model_validate(given))
    yield session
    session.close()


@pytest.fixture
def local() -> Iterator[LocalOrg]:
    with LocalOrg.start(load_schema(metadata_folder())) as started:
        yield started


@pytest.fixture
def examined() -> Callable[..., Examined]:
    """Examine an org as its integration user."""

    def look(local: LocalOrg, profile: str = "npsp") -> Examined:
        with logged_in(local) as session:
            return examine(session, load_profile(profile), metadata_folder())

    return look
