"""Literals: no value can end its string, instants are UTC, long lists fit a request."""

from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import quote as percent

import pytest

from crm_sync.salesforce import quote
from crm_sync.salesforce.soql import chunks_of_literals


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("O'Neil", "'O\\'Neil'"),
        ("a\\' OR Name != '", "'a\\\\\\' OR Name != \\''"),
        ("two\nlines", "'two\\nlines'"),
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (date(2026, 11, 21), "2026-11-21"),
        (datetime(2026, 11, 21, 9, tzinfo=UTC), "2026-11-21T09:00:00.000Z"),
        (
            datetime(2026, 11, 21, 9, tzinfo=timezone(timedelta(hours=2))),
            "2026-11-21T07:00:00.000Z",
        ),
    ],
)
def test_literals(value: object, literal: str) -> None:
    assert quote(value) == literal  # type: ignore[arg-type]


def test_an_instant_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        quote(datetime(2026, 11, 21))  # noqa: DTZ001


def test_long_lists_are_cut_to_fit_a_request_and_none_is_lost() -> None:
    keys = [f"PL-{n:06}-é'" for n in range(5_000)]
    chunks = list(chunks_of_literals(keys))
    assert max(len(percent(chunk)) for chunk in chunks) < 10_000
    assert ",".join(chunks) == ",".join(map(quote, keys))
    assert list(chunks_of_literals([])) == []
