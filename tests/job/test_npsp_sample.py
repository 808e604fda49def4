"""Real input: NPSP's own sample data, loaded, mirrored, decided, drafted and written back."""

from pathlib import Path

import pytest
from sqlalchemy import text
from still import NOW, quiet

from crm_sync.salesforce import CrmSettings, connect
from crm_sync.sandbox import LocalOrg, load_file, load_schema
from partner_lifecycle.resources import metadata_folder
from partners.demo.house import EXAMPLE_HOUSE
from partners.job.running import load_job
from partners.settings import ProfileSettings, Settings, StoreSettings
from partners.store import open_store

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "npsp"


@pytest.mark.parametrize(
    "sample", [pytest.param("qa_org.sql", marks=pytest.mark.thorough), "dev_org.sql"]
)
def test_the_sample_goes_all_the_way(tmp_path, sample):
    file = SAMPLES / sample
    if not file.is_file():
        pytest.skip("NPSP's sample data is not on this machine")
    url = f"sqlite:///{tmp_path / 'store.db'}"
    profile = ProfileSettings(name="npsp")
    settings = Settings(store=StoreSettings(url=url), profile=profile, house=EXAMPLE_HOUSE)
    job = load_job(settings)
    with LocalOrg.start(load_schema(metadata_folder()), path=tmp_path / "org.db") as local:
        loaded = load_file(local.org, file)
        access = local.org.settings
        session = connect(
            CrmSettings.model_validate(
                {
                    "login_url": local.url,
                    "auth": "password",
                    "username": access.username,
                    "password": access.password,
                    "consumer_key": access.client_id,
                    "consumer_secret": access.client_secret,
                }
            )
        )
        with open_store(url) as store:
            first = job.run(store, session, NOW, quiet)
            second = job.run(store, session, NOW, quiet)
            with store.reading() as connection:
                partners = connection.execute(text("SELECT count(*) FROM partner")).scalar_one()
                gifts = connection.execute(text("SELECT count(*) FROM gift")).scalar_one()
    assert loaded.rows["Account"] > 100
    assert first.mirrored["Account"]["read"] == loaded.rows["Account"]
    assert first.mirrored["Opportunity"]["read"] == loaded.rows["Opportunity"]
    assert partners == first.decided.partners == len(first.decided.changed) > 100
    assert gifts > 100
    assert first.set_aside == [] and first.warnings == []
    assert second.decided.changed == [] and second.written == {}
