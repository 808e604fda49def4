"""Sessions that end by themselves, and what every answer says of time and calls."""

from datetime import UTC, datetime, timedelta
from typing import Any

from crm_sync.sandbox import LocalOrg, OrgSettings
from crm_sync.sandbox.schema import Schema


def test_a_session_ends_after_its_time(schema: Schema, served: Any) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    settings = OrgSettings(session_seconds=60)
    with LocalOrg.start(schema, settings=settings, clock=lambda: now) as local:
        with served(local) as api:
            now += timedelta(seconds=59)
            assert api("GET", "/limits").ok
            now += timedelta(seconds=1)
            refused = api("GET", "/limits")
            assert refused.status_code == 401
            assert refused.json()[0]["errorCode"] == "INVALID_SESSION_ID"
        with served(local) as api:
            assert api("GET", "/limits").ok


def test_a_session_ends_after_its_calls(schema: Schema, served: Any) -> None:
    with (
        LocalOrg.start(schema, settings=OrgSettings(session_calls=2)) as local,
        served(local) as api,
    ):
        assert [api("GET", "/limits").status_code for _ in range(3)] == [200, 200, 401]


def test_the_date_of_an_answer_is_the_orgs_own(schema: Schema, served: Any) -> None:
    now = datetime(2026, 5, 1, 12, 0, 59, 999_999, tzinfo=UTC)
    with LocalOrg.start(schema, clock=lambda: now) as local, served(local) as api:
        assert api("GET", "/limits").headers["Date"] == "Fri, 01 May 2026 12:00:59 GMT"
        assert api("GET", "/nowhere").headers["Date"] == "Fri, 01 May 2026 12:00:59 GMT"
        now += timedelta(microseconds=1)
        assert api("GET", "/limits").headers["Date"] == "Fri, 01 May 2026 12:01:00 GMT"
