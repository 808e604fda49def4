"""What date literals stand for."""

from datetime import date

import pytest

from crm_sync.sandbox.soql.dates import span

_TODAY = date(2026, 11, 21)  # a Saturday


@pytest.mark.parametrize(
    ("literal", "start", "end"),
    [
        ("YESTERDAY", "2026-11-20", "2026-11-21"),
        ("TODAY", "2026-11-21", "2026-11-22"),
        ("TOMORROW", "2026-11-22", "2026-11-23"),
        ("LAST_WEEK", "2026-11-08", "2026-11-15"),
        ("THIS_WEEK", "2026-11-15", "2026-11-22"),
        ("NEXT_WEEK", "2026-11-22", "2026-11-29"),
        ("LAST_MONTH", "2026-10-01", "2026-11-01"),
        ("THIS_MONTH", "2026-11-01", "2026-12-01"),
        ("NEXT_MONTH", "2026-12-01", "2027-01-01"),
        ("LAST_90_DAYS", "2026-08-23", "2026-11-22"),
        ("NEXT_90_DAYS", "2026-11-22", "2027-02-20"),
        ("LAST_QUARTER", "2026-07-01", "2026-10-01"),
        ("THIS_QUARTER", "2026-10-01", "2027-01-01"),
        ("NEXT_QUARTER", "2027-01-01", "2027-04-01"),
        ("LAST_YEAR", "2025-01-01", "2026-01-01"),
        ("THIS_YEAR", "2026-01-01", "2027-01-01"),
        ("NEXT_YEAR", "2027-01-01", "2028-01-01"),
        ("LAST_FISCAL_QUARTER", "2026-07-01", "2026-10-01"),
        ("THIS_FISCAL_QUARTER", "2026-10-01", "2027-01-01"),
        ("NEXT_FISCAL_QUARTER", "2027-01-01", "2027-04-01"),
        ("LAST_FISCAL_YEAR", "2025-01-01", "2026-01-01"),
        ("THIS_FISCAL_YEAR", "2026-01-01", "2027-01-01"),
        ("NEXT_FISCAL_YEAR", "2027-01-01", "2028-01-01"),
        ("LAST_N_DAYS:1", "2026-11-20", "2026-11-22"),
        ("NEXT_N_DAYS:2", "2026-11-22", "2026-11-24"),
        ("N_DAYS_AGO:3", "2026-11-18", "2026-11-19"),
        ("LAST_N_WEEKS:2", "2026-11-01", "2026-11-15"),
        ("NEXT_N_WEEKS:1", "2026-11-22", "2026-11-29"),
        ("N_WEEKS_AGO:2", "2026-11-01", "2026-11-08"),
        ("LAST_N_MONTHS:11", "2025-12-01", "2026-11-01"),
        ("NEXT_N_MONTHS:2", "2026-12-01", "2027-02-01"),
        ("N_MONTHS_AGO:11", "2025-12-01", "2026-01-01"),
        ("LAST_N_QUARTERS:2", "2026-04-01", "2026-10-01"),
        ("NEXT_N_QUARTERS:2", "2027-01-01", "2027-07-01"),
        ("N_QUARTERS_AGO:4", "2025-10-01", "2026-01-01"),
        ("LAST_N_YEARS:2", "2024-01-01", "2026-01-01"),
        ("NEXT_N_YEARS:1", "2027-01-01", "2028-01-01"),
        ("N_YEARS_AGO:1", "2025-01-01", "2026-01-01"),
        ("LAST_N_FISCAL_QUARTERS:1", "2026-07-01", "2026-10-01"),
        ("NEXT_N_FISCAL_QUARTERS:1", "2027-01-01", "2027-04-01"),
        ("N_FISCAL_QUARTERS_AGO:1", "2026-07-01", "2026-10-01"),
        ("LAST_N_FISCAL_YEARS:1", "2025-01-01", "2026-01-01"),
        ("NEXT_N_FISCAL_YEARS:2", "2027-01-01", "2029-01-01"),
        ("n_fiscal_years_ago:1", "2025-01-01", "2026-01-01"),
    ],
)
def test_a_literal_stands_for_whole_days(literal, start, end):
    name, _, count = literal.partition(":")
    days = span(name, int(count) if count else None, _TODAY)
    assert days is not None
    assert (days.start.isoformat(), days.end.isoformat()) == (start, end)


def test_a_week_begins_on_sunday():
    sunday = date(2026, 11, 22)
    days = span("THIS_WEEK", None, sunday)
    assert days is not None
    assert days.start == sunday


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("SOMEDAY", None),
        ("TODAY", 1),
        ("LAST_N_DAYS", None),
        ("THIS_N_DAYS", 1),
        ("LAST_DAY", None),
    ],
)
def test_other_words_are_no_literals(name, count):
    assert span(name, count, _TODAY) is None
