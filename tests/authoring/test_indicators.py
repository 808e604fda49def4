"""The figures to report: what each needs is recorded, and suffices to count it."""

from datetime import date

import polars as pl
import pytest

from lifecycle.authoring import load_indicators
from lifecycle.rulebook import RulebookError, load_rulebook
from partner_lifecycle.views import VIEWS

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def _rows(view, *rows):
    columns = VIEWS[view].columns
    return pl.DataFrame([{**dict.fromkeys(columns), **row} for row in rows])


def _agreement(number, partner, types, **more):
    given = {"id": f"A{number}", "partner_id": partner, "partnership_types": types}
    days = {"signed_at": date(2025, 6, 1), "start_date": date(2025, 6, 1), "end_date": LAST}
    return {**given, **days, **more}


def _gift(number, partner, day, usd, **more):
    given = {"id": f"G{number}", "partner_id": partner, "date": day, "amount_usd": usd}
    return {"status": "received", "kind": "cash", **given, **more}


ORG = {
    "partner": _rows("partner", *({"id": each, "audience": "corporation"} for each in "PQRS")),
    "agreement": _rows(
        "agreement",
        _agreement(1, "P", "advocacy;innovation", countries="Chad;Peru", publications=2)
        | {"replicating_offices": 1, "people_helped": 300},
        _agreement(2, "Q", "innovation", people_helped=50, replicating_offices=0),
        _agreement(3, "Q", "implementation", projects=4, signed_at=date(2026, 3, 1)),
        _agreement(4, "R", "implementation", projects=1, signed_at=date(2026, 4, 1))
        | {"previous_id": "A0"},
        _agreement(5, "S", "advocacy", countries="Fiji", end_date=date(2025, 12, 1)),
    ),
    "gift": _rows(
        "gift",
        _gift(1, "P", date(2026, 2, 1), 1_000_00),
        _gift(2, "P", date(2024, 2, 1), 9_000_00),
        _gift(3, "S", date(2026, 5, 1), 2_000_00, kind="in_kind")
        | {"partnership_type": "advocacy", "country": "Peru"},
        _gift(4, "R", date(2026, 5, 1), 5_000_00, status="pledged"),
    ),
}


def _in_force(org, kind):
    rows = org["agreement"].filter(
        pl.col("partnership_types").str.split(";").list.contains(kind)
        & pl.col("signed_at").is_not_null()
        & (pl.col("start_date") <= LAST)
    )
    return rows.filter(pl.min_horizontal("end_date", "ended_on").fill_null(LAST) >= FIRST)


def _received(org):
    in_period = pl.col("date").is_between(FIRST, LAST)
    return org["gift"].filter((pl.col("status") == "received") & in_period)


def _new(org):
    is_new = pl.col("signed_at").is_between(FIRST, LAST) & pl.col("previous_id").is_null()
    of_kind = pl.col("partnership_types").str.contains("implementation")
    return org["agreement"].filter(is_new & of_kind)


def _helping(org):
    gifts = _received(org).filter(pl.col("partnership_type") == "advocacy")
    return {*gifts["partner_id"], *_in_force(org, "advocacy")["partner_id"]}


def _countries(org):
    gifts = _received(org).filter(pl.col("partnership_type") == "advocacy")
    agreed = _in_force(org, "advocacy")["countries"].str.split(";").explode()
    return {*gifts["country"], *agreed}


def _again(org):
    before = org["gift"].filter((pl.col("status") == "received") & (pl.col("date") < FIRST))
    regular = _received(org).filter(pl.col("recurring_id").is_not_null())
    renewed = org["agreement"].filter(pl.col("previous_id").is_not_null())
    longer = org["agreement"].filter(
        (pl.col("end_date") - pl.col("start_date")).dt.total_days() > 366
    )
    again = {each for rows in (before, regular, renewed, longer) for each in rows["partner_id"]}
    return again & set(_received(org)["partner_id"])


COUNTED = {
    1: (lambda org: len(_helping(org)), 2),
    2: (lambda org: len(_countries(org)), 2),
    3: (lambda org: _in_force(org, "advocacy")["publications"].sum(), 2),
    4: (lambda org: _in_force(org, "innovation")["id"].n_unique(), 2),
    5: (lambda org: (_in_force(org, "innovation")["replicating_offices"] > 0).sum(), 1),
    6: (lambda org: _in_force(org, "innovation")["people_helped"].sum(), 350),
    7: (
        lambda org: dict(_received(org).group_by("kind").agg(pl.sum("amount_usd")).iter_rows()),
        {"cash": 1_000_00, "in_kind": 2_000_00},
    ),
    8: (lambda org: 100 * _received(org)["amount_usd"].sum() / 100_000_00, 3),
    9: (lambda org: len(_again(org)), 1),
    10: (lambda org: len(_again(org)) / _received(org)["partner_id"].n_unique(), 0.5),
    11: (lambda org: _new(org)["id"].n_unique(), 1),
    12: (lambda org: _new(org)["partner_id"].n_unique(), 1),
    13: (lambda org: _in_force(org, "implementation")["projects"].sum(), 5),
}


@pytest.fixture(scope="module")
def indicators(shipped):
    return {each.number: each for each in load_indicators(shipped)}


def test_there_are_thirteen_each_under_the_clause_of_its_type(indicators):
    clauses = {"advocacy": "S§29.a", "innovation": "S§29.b", "resource": "S§29.c"}
    clauses["implementation"] = "S§29.d"
    assert list(indicators) == list(range(1, 14))
    assert all(each.cite[0] == clauses[each.type] for each in indicators.values())


@pytest.mark.parametrize("number", COUNTED)
def test_the_columns_named_suffice_to_count_it(indicators, number):
    columns = [name.split(".") for name in indicators[number].columns]
    views = dict.fromkeys(view for view, _ in columns)
    org = {
        view: ORG[view].select(name for other, name in columns if other == view) for view in views
    }
    count, expected = COUNTED[number]
    assert count(org) == expected


def test_mistakes_are_told_by_place(rules):
    file = rules / "indicators.yaml"
    text = file.read_text("utf-8")
    broken = text
    for old, new in (
        ("gift.kind,", "gift.kin,"),
        ("cite: [S§29.b]", "cite: [S§29.z]"),
        ("number: 13", "number: 12"),
        ("type: innovation", "type: idea"),
        ("[gift.total_usd,", "[gift.total,"),
        ("target_percent]", "target]"),
    ):
        assert old in broken
        broken = broken.replace(old, new, 1)
    file.write_text(broken, "utf-8")
    with pytest.raises(RulebookError) as raised:
        load_indicators(load_rulebook(rules))
    told = {each.what: each for each in raised.value.problems}
    assert set(told) == {
        "there is no column gift.kin",
        "there is no clause S§29.z",
        "there is no type of partnership idea",
        "there is no fact gift.total",
        "there is no parameter report.private_share_target",
        "two indicators have the number 12",
    }
    wrong = told["there is no column gift.kin"]
    assert "gift.kin," in text.replace("gift.kind", "gift.kin").splitlines()[wrong.line - 1]
    assert "gift.kind" in wrong.remedy


def test_what_no_indicator_may_say_is_refused(rules):
    file = rules / "indicators.yaml"
    file.write_text(file.read_text("utf-8").replace("  unit: partners", "  units: partners", 1))
    with pytest.raises(RulebookError) as raised:
        load_indicators(load_rulebook(rules))
    assert {(each.what, each.remedy) for each in raised.value.problems} == {
        ("unit is missing", "write `unit: …`"),
        ("units is not known here", "did you mean unit?"),
    }


def test_rules_without_the_file_have_none(rules):
    (rules / "indicators.yaml").unlink()
    assert load_indicators(load_rulebook(rules)) == ()
