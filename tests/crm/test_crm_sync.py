"""What the job relies on: after a sync the mirror is the org, whatever happened on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Engine, text

from crm_sync.errors import CrmError, CrmLoginFailed, CrmRefused, CrmUnreadable, ProfileError
from crm_sync.mirror import SyncReport, sync
from crm_sync.profiles import load_profile
from crm_sync.salesforce import CrmSettings, Session, connect
from crm_sync.salesforce.session import Query
from crm_sync.sandbox import LocalOrg, load_schema
from partner_lifecycle.views import VIEWS

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
METADATA = Path(__file__).parents[2] / "salesforce"


@dataclass
class Place:
    """A local org, a session with it and a mirror of it."""

    local: LocalOrg
    session: Session
    engine: Engine

    def sync(self, profile: str = "npsp", **options: Any) -> SyncReport:
        return sync(self.session, self.engine, load_profile(profile), now=NOW, **options)

    def mirrored(self, name: str) -> dict[str, str]:
        with self.engine.connect() as connection:
            rows = connection.execute(text(f'SELECT "Id", "Name" FROM "crm_{name}"'))
            return {row.Id: row.Name for row in rows}

    def living(self, name: str) -> dict[str, str]:
        return {
            row["Id"]: row["Name"] for row in self.local.org.query(f"SELECT Id, Name FROM {name}")
        }


def log_in(local: LocalOrg, **changes: Any) -> Session:
    access = local.org.settings
    given = {
        "login_url": local.url,
        "username": access.username,
        "password": access.password,
        "security_token": access.security_token,
        "consumer_key": access.client_id,
        "consumer_secret": access.client_secret,
    }
    return connect(CrmSettings.model_validate({**given, **changes}), sleep=lambda _: None)


@pytest.fixture(scope="module")
def shared_local() -> Iterator[LocalOrg]:
    with LocalOrg.start(load_schema(METADATA)) as local:
        yield local


@pytest.fixture
def local() -> Iterator[LocalOrg]:
    with LocalOrg.start(load_schema(METADATA)) as started:
        yield started


@pytest.fixture
def place(local: LocalOrg, sqlite_engine: Engine) -> Iterator[Place]:
    session = log_in(local, page_size=200)
    yield Place(local, session, sqlite_engine)
    session.close()


def accounts(place: Place, count: int) -> list[str]:
    return [place.local.org.insert("Account", {"Name": f"Firm {n}"}) for n in range(count)]


@pytest.mark.parametrize("auth", ["password", "soap", "client_credentials"])
def test_every_way_to_log_in(shared_local: LocalOrg, auth: str) -> None:
    session = log_in(shared_local, auth=auth)
    assert session.count("SELECT COUNT() FROM User") > 0
    assert session.api_usage is not None
    session.close()


def test_a_signed_assertion_logs_in(shared_local: LocalOrg, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = tmp_path / "key.pem"
    path.write_bytes(key.private_bytes(*form))
    session = log_in(shared_local, auth="jwt", private_key_file=path)
    assert "Account" in session.object_names()
    session.close()


def test_a_given_session_id_logs_in(shared_local: LocalOrg) -> None:
    first = log_in(shared_local)
    second = log_in(shared_local, auth="session", session_id=first._salesforce.session_id)
    assert "Account" in second.object_names()
    first.close()
    second.close()


def test_a_wrong_password_is_told(shared_local: LocalOrg) -> None:
    with pytest.raises(CrmLoginFailed) as raised:
        log_in(shared_local, auth="soap", password="wr0ng-secret")
    assert "wr0ng-secret" not in str(raised.value)


@pytest.mark.parametrize("profile", ["npsp", "standard"])
def test_the_whole_org_is_mirrored_and_seen(place: Place, profile: str) -> None:
    accounts(place, 450)
    report = place.sync(profile)
    assert report.objects["Account"].upserted == 450
    assert place.mirrored("Account") == place.living("Account")
    with place.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM partner")).scalar_one() == 450
        for view in VIEWS:
            connection.execute(text(f"SELECT * FROM {view}")).all()


def test_postgresql_holds_the_same(local: LocalOrg, engine: Engine) -> None:
    place = Place(local, log_in(local, page_size=200), engine)
    ids = accounts(place, 450)
    place.sync()
    place.local.org.update("Account", ids[0], {"Name": "Renamed", "Giving_Capacity__c": 12.5})
    place.local.org.delete("Account", ids[1])
    assert place.sync().changed == 2
    assert place.mirrored("Account") == place.living("Account")
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT name, capacity_usd FROM partner WHERE id = :id"), {"id": ids[0]}
        ).one()
    assert tuple(found) == ("Renamed", 1250)


def test_a_merge_is_remembered_and_forgotten_when_it_is_undone(place: Place) -> None:
    one, two, three = accounts(place, 3)
    place.sync()
    place.local.org.merge("Account", one, two, three)
    place.sync()
    assert place.mirrored("Account").keys() == {one}
    with place.engine.connect() as connection:
        pairs = connection.execute(text("SELECT old_id, id FROM merged_record ORDER BY old_id"))
        assert [tuple(row) for row in pairs] == [(two, one), (three, one)]
    place.local.org.undelete("Account", two)
    place.sync()
    assert place.mirrored("Account").keys() == {one, two}
    with place.engine.connect() as connection:
        assert connection.scalars(text("SELECT old_id FROM merged_record")).all() == [three]


def test_both_profiles_may_share_a_mirror(place: Place) -> None:
    accounts(place, 3)
    place.sync("npsp")
    report = place.sync("standard")
    assert place.mirrored("Account") == place.living("Account")
    assert report.objects["Account"].ids_match, "fields that npsp did not ask for are filled"


def test_only_what_changed_is_stored(place: Place) -> None:
    ids = accounts(place, 20)
    place.sync()
    place.local.org.update("Account", ids[3], {"Name": "Renamed"})
    place.local.org.delete("Account", ids[4])
    place.local.org.insert("Account", {"Name": "New"})
    report = place.sync()
    assert (report.objects["Account"].upserted, report.objects["Account"].deleted) == (2, 1)
    assert place.mirrored("Account") == place.living("Account")
    assert place.sync().changed == 0


def test_when_nothing_changed_one_call_an_object_asks_for_rows(place: Place) -> None:
    accounts(place, 5)
    place.sync(late=timedelta(0))
    report = place.sync(late=timedelta(0))
    assert report.changed == 0
    assert {each.calls for each in report.objects.values()} <= {1, 2}


def test_a_deleted_record_that_comes_back_is_back(place: Place) -> None:
    [only] = accounts(place, 1)
    place.sync()
    place.local.org.delete("Account", only)
    place.sync()
    assert place.mirrored("Account") == {}
    place.local.org.undelete("Account", only)
    place.sync()
    assert place.mirrored("Account").keys() == {only}


def test_rows_that_appear_late_below_the_cursor_are_found(place: Place) -> None:
    """A long transaction ends after we read past its stamps."""
    accounts(place, 1)
    place.sync(late=timedelta(0))
    minute_ago = datetime.now(UTC) - timedelta(seconds=60)
    place.local.org.clock = lambda: minute_ago
    accounts(place, 1)
    place.sync(late=timedelta(0))
    assert len(place.mirrored("Account")) == 2


def test_many_rows_of_one_stamp_over_several_pages(sqlite_engine: Engine) -> None:
    with LocalOrg.start(load_schema(METADATA), clock=lambda: NOW) as local:
        place = Place(local, log_in(local, page_size=200), sqlite_engine)
        accounts(place, 650)
        assert place.sync().objects["Account"].upserted == 650
        accounts(place, 1)
        place.sync(late=timedelta(0))
        assert len(place.mirrored("Account")) == 651


def test_progress_is_told(place: Place) -> None:
    accounts(place, 250)
    seen: list[tuple[str, int, int]] = []
    place.sync(objects=["Account"], progress=lambda *step: seen.append(step))
    assert seen == [("Account", 0, 250), ("Account", 200, 250), ("Account", 250, 250)]


def test_a_run_that_ends_anywhere_goes_on_where_it_stopped(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    monkeypatch.setattr(place.local.org, "clock", lambda: hour_ago)
    accounts(place, 850)
    monkeypatch.undo()

    class Killed(Exception):
        pass

    for last in (0, 200, 600):

        def stop(name: str, done: int, _: int, last: int = last) -> None:
            if done >= last:
                raise Killed

        with pytest.raises(Killed):
            place.sync(objects=["Account"], progress=stop)
    report = place.sync(objects=["Account"])
    assert report.objects["Account"].read < 450
    assert place.mirrored("Account") == place.living("Account")


def lose_locators(place: Place, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the session forget a query after its first page, some times."""
    more = place.session._more
    left = [times]

    def once(*arguments: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise CrmRefused("The locator is gone.", code="INVALID_QUERY_LOCATOR")
        return more(*arguments)

    monkeypatch.setattr(place.session, "_more", once)


def test_a_query_whose_locator_died_is_asked_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts(place, 850)
    lose_locators(place, monkeypatch, 2)
    report = place.sync(objects=["Account"])
    assert report.objects["Account"].read == 850
    assert place.mirrored("Account") == place.living("Account")


def test_an_empty_answer_wipes_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts(place, 5)
    place.sync()
    query = place.session.query

    def nothing(soql: str, **given: Any) -> Query:
        return query(soql, **given) if "Organization" in soql else Query(5, iter([[]]))

    monkeypatch.setattr(place.session, "query", nothing)
    with pytest.raises(CrmUnreadable, match="counted 5"):
        place.sync(full=True, objects=["Account"])
    monkeypatch.setattr(place.session, "count", lambda *_, **__: 0)
    report = place.sync(full=True, objects=["Account"])
    assert any("too great a loss" in warning for warning in report.warnings)
    assert len(place.mirrored("Account")) == 5


def test_a_full_reading_finds_what_was_deleted_for_good(place: Place) -> None:
    ids = accounts(place, 5)
    place.sync()
    with place.engine.begin() as connection:
        connection.execute(
            text('UPDATE "crm_Account" SET "Id" = \'gone\' WHERE "Id" = :id'), {"id": ids[0]}
        )
    report = place.sync(full=True)
    assert (report.objects["Account"].deleted, report.objects["Account"].mended) == (1, 1)
    assert report.objects["Account"].ids_match
    assert place.mirrored("Account") == place.living("Account")


def test_an_org_without_our_metadata_is_told_what_to_do(sqlite_engine: Engine) -> None:
    with LocalOrg.start(load_schema(None)) as local, pytest.raises(ProfileError) as raised:
        Place(local, log_in(local), sqlite_engine).sync()
    told = str(raised.value)
    assert "Due_Diligence__c" in told
    assert "Account.Lifecycle_Stage__c" in told
    assert "'npsp'" in told
    assert "salesforce && sf project deploy start" in told
    assert raised.value.exit_code == 2


def test_a_field_that_the_org_does_not_have_is_told(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    shipped = Path(load_profile.__code__.co_filename).with_name("standard.yaml")
    text_of = shipped.read_text(encoding="utf-8").replace("account.Industry", "account.Industri")
    path.write_text(text_of, encoding="utf-8")
    with pytest.raises(ProfileError, match=r"Account\.Industri \(it has Industry\)"):
        sync(place.session, place.engine, load_profile(path), now=NOW)


def test_an_object_that_the_profile_does_not_read_is_refused(place: Place) -> None:
    with pytest.raises(ProfileError, match="did you mean `Account`"):
        place.sync(objects=["Acount"])


def test_what_an_org_may_lack_is_noted(place: Place) -> None:
    assert any("IsPersonAccount" in each for each in place.sync("standard").notes)


def test_rates_come_from_the_org(place: Place) -> None:
    place.sync()
    with place.engine.connect() as connection:
        rate = connection.execute(
            text("SELECT usd_per_unit FROM exchange_rate WHERE currency = 'EUR'")
        ).scalar_one()
    assert rate == pytest.approx(1 / 0.92)


def test_a_session_that_ended_is_renewed(place: Place) -> None:
    accounts(place, 3)
    place.session._salesforce.session_id = "gone"
    place.session._salesforce.headers["Authorization"] = "Bearer gone"
    place.sync()
    assert len(place.mirrored("Account")) == 3


def test_an_org_that_went_away_is_told(sqlite_engine: Engine) -> None:
    with LocalOrg.start(load_schema(METADATA)) as local:
        place = Place(local, log_in(local, retries=1), sqlite_engine)
    with pytest.raises(CrmError, match="cannot be reached") as raised:
        place.sync()
    assert local.url in str(raised.value)
