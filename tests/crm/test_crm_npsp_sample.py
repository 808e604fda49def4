"""NPSP's own sample data, loaded, mirrored and seen: nothing lost, nothing left hanging."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from crm_sync.mirror import MIRROR_METADATA, sync
from crm_sync.profiles import load_profile
from crm_sync.salesforce import CrmSettings, connect
from crm_sync.sandbox import LocalOrg, load_file, load_schema

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT.parent / "shared" / "data" / "npsp"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="NPSP's sample data is not here")


@pytest.fixture(scope="module", params=["qa_org.sql", "dev_org.sql"])
def sample(request: pytest.FixtureRequest) -> Iterator[tuple[LocalOrg, Connection]]:
    with LocalOrg.start(load_schema(ROOT / "salesforce")) as local:
        load_file(local.org, SAMPLES / request.param)
        access = local.org.settings
        session = connect(
            CrmSettings(
                login_url=local.url,
                auth="client_credentials",
                consumer_key=access.client_id,
                consumer_secret=access.client_secret,
            )
        )
        engine = create_engine("sqlite://")
        MIRROR_METADATA.create_all(engine)
        sync(session, engine, load_profile("npsp"), now=datetime.now(UTC))
        session.close()
        with engine.connect() as connection:
            yield local, connection
        engine.dispose()


def one(connection: Connection, sql: str) -> int:
    found: int = connection.execute(text(sql)).scalar_one()
    return found


def test_every_record_is_mirrored(sample: tuple[LocalOrg, Connection]) -> None:
    local, connection = sample
    for name in ("Account", "Contact", "Opportunity", "OpportunityContactRole"):
        wanted = len(local.org.query(f"SELECT Id FROM {name}"))
        assert wanted > 0
        assert one(connection, f'SELECT count(*) FROM "crm_{name}"') == wanted


def test_every_gift_is_somebodys_once(sample: tuple[LocalOrg, Connection]) -> None:
    local, connection = sample
    promised = "IsClosed = true OR StageName IN ('Pledged', 'Verbal Commitment')"
    wanted = len(local.org.query(f"SELECT Id FROM Opportunity WHERE {promised}"))
    assert one(connection, "SELECT count(*) FROM gift") == wanted
    assert one(connection, "SELECT count(DISTINCT id) FROM gift") == wanted


def test_whatever_belongs_to_a_partner_finds_it(sample: tuple[LocalOrg, Connection]) -> None:
    _, connection = sample
    for view in ("contact", "gift", "gift_credit", "agreement", "obligation", "touch"):
        lost = f"SELECT count(*) FROM {view} WHERE partner_id NOT IN (SELECT id FROM partner)"
        assert one(connection, lost) == 0


def test_people_give_by_themselves(sample: tuple[LocalOrg, Connection]) -> None:
    _, connection = sample
    households = "SELECT count(*) FROM partner WHERE name LIKE '% Household'"
    assert one(connection, households) == 0
    for kind in ("Account", "Contact"):
        assert one(connection, f"SELECT count(*) FROM partner WHERE crm_object = '{kind}'") > 0
    assert one(connection, "SELECT count(*) - count(DISTINCT id) FROM partner") == 0


def test_an_organisation_has_its_people(sample: tuple[LocalOrg, Connection]) -> None:
    _, connection = sample
    people = (
        "SELECT count(*) FROM contact JOIN partner ON partner.id = contact.partner_id "
        "WHERE partner.crm_object = 'Account'"
    )
    assert one(connection, people) > 0
    twice = (
        "SELECT count(*) FROM (SELECT 1 FROM contact GROUP BY id, partner_id HAVING count(*) > 1) t"
    )
    assert one(connection, twice) == 0
