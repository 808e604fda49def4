"""What orgs really hold: merged records, credits to oneself, circles of parents, odd days."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from population import TODAY as DAY
from population import random_rows
from sqlalchemy import text

from lifecycle.facts import FRAMES, build_matrix, build_rows
from partner_lifecycle.views import VIEWS
from partners.store import SCHEMAS, read_frames

TODAY = date(2026, 6, 15)
ROWS = ("gift", "agreement", "obligation", "contact")


def _of_p(*rows):
    return [{**row, "id": f"r{number}", "partner_id": "P"} for number, row in enumerate(rows)]


def _gift(**row):
    return {"id": "g", "partner_id": "Q", "status": "received", "amount_usd": 1_000, **row}


# --- gifts ---


def test_a_gift_of_tomorrow_counts_and_is_minus_one_day_ago(facts_of):
    facts = facts_of(gift=_of_p(_gift(date=TODAY + timedelta(days=1))))
    assert (facts["gift.count"], facts["gift.days_since_last"]) == (1, -1)
    promised = _gift(status="pledged", date=TODAY)
    assert facts_of(gift=_of_p(promised))["gift.overdue_count"] == 0


def test_a_gift_without_a_day_counts_and_is_not_the_last_one(facts_of):
    dated = _gift(date=date(2020, 1, 1))
    facts = facts_of(gift=_of_p(_gift(date=None), dated))
    assert (facts["gift.count"], facts["gift.last_id"]) == (2, "r1")
    alone = facts_of(gift=_of_p(_gift(date=None)))
    assert (alone["gift.last_id"], alone["gift.last_date"]) == ("r0", None)
    assert alone["gift.days_since_last"] is None


def test_several_currencies_add_up_in_dollars_and_one_without_a_rate_adds_nothing(facts_of):
    euros = {"currency": "EUR", "amount": 1_000, "amount_usd": 1_100}
    unknown = {"currency": "XAF", "amount": 5_000, "amount_usd": None}
    gifts = [_gift(date=date(2026, 1, 1), **euros), _gift(date=date(2026, 2, 1), **unknown)]
    facts = facts_of(gift=_of_p(*gifts, _gift(status="pledged", **unknown)))
    assert (facts["gift.count"], facts["gift.total_usd"]) == (2, 1_100)
    assert (facts["gift.pledged_count"], facts["gift.pledged_usd"]) == (1, 0)
    last = ("gift.last_amount", "gift.last_amount_usd", "gift.last_currency")
    assert [facts[name] for name in last] == [5_000, None, "XAF"]


def test_gifts_given_back_are_taken_off(facts_of):
    facts = facts_of(gift=_of_p(_gift(), _gift(amount_usd=-400)))
    assert facts["gift.total_usd"] == 600


# --- soft credit ---


def _credited(facts_of, *credits, gifts=None):
    facts = facts_of(gift=gifts or [_gift()], gift_credit=_of_p(*credits))
    return facts["gift.credited_count"], facts["gift.credited_usd"]


@pytest.mark.parametrize(
    ("share", "usd"),
    [(0.0, 0), (0.5, 500), (1.0, 1_000), (1.5, 1_500), (-0.5, -500), (1 / 3, 333), (None, 0)],
)
def test_a_share_is_what_the_org_says_it_is(facts_of, share, usd):
    assert _credited(facts_of, {"gift_id": "g", "share": share}) == (1, usd)


@pytest.mark.parametrize("share", [float("nan"), float("inf"), -float("inf"), 1e300])
def test_a_share_that_is_no_number_is_worth_nothing_and_harms_nobody(facts_of, share):
    credits = [{"gift_id": "g", "share": share}, {"gift_id": "g", "share": 0.5}]
    assert _credited(facts_of, *credits) == (1, 500)


def test_credit_for_ones_own_gift_stands_beside_the_gift(facts_of):
    facts = facts_of(
        gift=[_gift(partner_id="P")], gift_credit=_of_p({"gift_id": "g", "share": 0.25})
    )
    assert (facts["gift.count"], facts["gift.total_usd"]) == (1, 1_000)
    assert (facts["gift.credited_count"], facts["gift.credited_usd"]) == (1, 250)


@pytest.mark.parametrize("gift", [_gift(id="another"), _gift(status="pledged"), _gift(status=None)])
def test_credit_for_what_is_gone_or_was_never_received_is_none(facts_of, gift):
    assert _credited(facts_of, {"gift_id": "g", "share": 1.0}, gifts=[gift]) == (0, 0)


def test_one_gift_credited_to_two_counts_for_each_and_gives_the_giver_all(frames):
    credits = [{"id": who, "gift_id": "g", "partner_id": who, "share": 0.5} for who in "PR"]
    partners = [{"id": who} for who in "PQR"]
    given = frames(partner=partners, gift=[_gift()], gift_credit=credits)
    matrix = build_matrix(given, TODAY).select("gift.count", "gift.credited_usd")
    assert matrix.rows() == [(0, 500), (1, 0), (0, 500)]


# --- parents ---


def _top(facts_of, *pairs):
    rows = [{"id": one, "parent_id": above, "name": f"Name of {one}"} for one, above in pairs]
    return facts_of(partner=rows)["parent.id"]


def test_the_top_of_a_group_is_found_through_everything_between(facts_of):
    chain = [(f"L{n}", f"L{n + 1}") for n in range(15)]
    assert _top(facts_of, ("P", "L0"), *chain, ("L15", None)) == "L15"
    assert _top(facts_of, ("P", "Q"), ("Q", "not mirrored")) == "Q"
    assert _top(facts_of, ("P", None)) is None


@pytest.mark.parametrize(
    "pairs",
    [
        [("P", "P")],
        [("P", "Q"), ("Q", "P")],
        [("P", "Q"), ("Q", "R"), ("R", "Q")],
        [(f"{n}", f"{(n + 1) % 40}") for n in range(40)] + [("P", "0")],
    ],
)
def test_a_circle_of_parents_ends_and_is_one_row(frames, pairs):
    rows = [{"id": one, "parent_id": above} for one, above in pairs]
    matrix = build_matrix(frames(partner=rows), TODAY)
    assert sorted(matrix["partner.id"]) == sorted(one for one, _ in pairs)


# --- contacts ---


def _contact(**row):
    return {"email": "a@example.org", "is_primary": False, **row}


def test_nobody_reachable_shows_the_primary_contact_and_why(facts_of):
    gone = [_contact(email=None), _contact(is_primary=True, deceased=True), _contact(email=None)]
    facts = facts_of(contact=_of_p(*gone))
    assert (facts["contact.id"], facts["contact.deceased"]) == ("r1", True)
    assert (facts["contact.reachable"], facts["contact.reachable_count"]) == (False, 0)


def test_somebody_reachable_comes_before_a_primary_contact_who_is_not(facts_of):
    bounced = _contact(is_primary=True, bounced_at=datetime(2026, 1, 1, tzinfo=UTC))
    facts = facts_of(contact=_of_p(bounced, _contact(email_opt_out=True), _contact()))
    assert (facts["contact.id"], facts["contact.bounced"]) == ("r2", False)
    assert (facts["contact.count"], facts["contact.reachable_count"]) == (3, 1)


def test_two_primary_contacts_are_settled_by_their_ids_whatever_their_order(frames):
    people = _of_p(_contact(is_primary=True), _contact(is_primary=True))
    for order in (people, people[::-1]):
        matrix = build_matrix(frames(partner=[{"id": "P"}], contact=order), TODAY)
        assert matrix["contact.id"][0] == "r0"


# --- touches, agreements, diligence ---


def test_a_touch_of_today_counts_and_one_of_tomorrow_does_not(facts_of):
    late = datetime(2026, 6, 15, 23, 59, tzinfo=UTC)
    facts = facts_of(touch=_of_p({"at": late}, {"at": late + timedelta(minutes=1)}, {"at": None}))
    assert (facts["touch.count"], facts["touch.days_since_last"]) == (1, 0)
    only_later = facts_of(touch=_of_p({"at": late + timedelta(days=3), "direction": "inbound"}))
    assert (only_later["touch.count"], only_later["touch.last_inbound_date"]) == (0, None)


@pytest.mark.parametrize(
    ("rows", "current"),
    [
        ([("signed", "2026-12-31"), ("signed", "2027-12-31")], 1),
        ([("signed", None), ("signed", "2027-12-31")], 0),
        ([("signed", "2026-06-14"), ("draft", None)], 1),
        ([("signed", "2026-06-14"), ("ended", "2026-06-10")], 0),
        ([("sent", None), ("draft", "2030-01-01")], 0),
        ([("sent", None), ("signed", None)], 1),
        ([("cancelled", "2030-01-01"), ("ended", "2020-01-01")], 0),
    ],
)
def test_of_agreements_that_overlap_one_is_current_whatever_their_order(frames, rows, current):
    made = _of_p(*({"status": s, "end_date": end and date.fromisoformat(end)} for s, end in rows))
    for order in (made, made[::-1]):
        matrix = build_matrix(frames(partner=[{"id": "P"}], agreement=order), TODAY)
        assert matrix["agreement.id"][0] == f"r{current}"
        assert matrix["agreement.count"][0] == len(rows)


def test_two_open_assessments_do_not_undo_a_clearance(facts_of):
    cleared = {"status": "decided", "outcome": "cleared", "decided_at": date(2026, 1, 1)}
    cleared |= {"valid_until": date(2027, 1, 1)}
    facts = facts_of(diligence=_of_p({"status": "open"}, cleared, {"status": "waiting"}))
    assert (facts["diligence.count"], facts["diligence.status"]) == (3, "waiting")
    assert (facts["verdict.outcome"], facts["verdict.valid_until"]) == ("cleared", date(2027, 1, 1))


# --- merged records, one code path ---


def test_a_merged_partners_rows_are_the_living_ones_wherever_they_hang(store):
    with store.transaction() as connection:
        for view in VIEWS.values():
            columns = ", ".join(f'"{name}"' for name in view.columns)
            connection.execute(text(f'CREATE TABLE "{view.name}" ({columns})'))
        for statement in (
            "INSERT INTO partner (id, parent_id) VALUES ('P', NULL), ('C', 'old')",
            "INSERT INTO gift (id, partner_id, status, amount_usd) "
            "VALUES ('g1', 'older', 'received', 100), ('g2', 'P', 'received', 20)",
            "INSERT INTO gift_credit (id, gift_id, partner_id, share) VALUES ('s', 'g1', 'old', 1)",
            "INSERT INTO contact (id, partner_id, email) VALUES ('c', 'old', 'a@example.org')",
            "INSERT INTO standing (partner_id, stage, since, visit, suspended, outcome_hash, "
            "updated_at) VALUES ('old', 'active', '2026-01-01', 3, 0, 'x', '2026-01-01')",
            "INSERT INTO partner_alias (old_id, id) VALUES ('older', 'old'), ('old', 'P')",
        ):
            connection.execute(text(statement))
    everybody = build_matrix(read_frames(store, FRAMES), TODAY)
    asked = build_matrix(read_frames(store, FRAMES, ["older", "C"]), TODAY)
    assert asked.equals(everybody)
    living = everybody.row(by_predicate=pl.col("partner.id") == "P", named=True)
    assert (living["gift.count"], living["gift.total_usd"]) == (2, 120)
    assert (living["gift.credited_usd"], living["contact.id"]) == (100, "c")
    assert (living["stage"], living["visit"]) == ("active", 3)
    below = everybody.row(by_predicate=pl.col("partner.id") == "C", named=True)
    assert below["parent.id"] == "P"


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_the_facts_of_some_are_their_facts_among_all(seed):
    random = Random(seed)
    rows = random_rows(seed, 30)
    frames = {name: pl.DataFrame(rows.get(name, []), schema=SCHEMAS[name]) for name in FRAMES}
    whole = build_matrix(frames, DAY)
    ids = pl.Series(random.sample(sorted(frames["partner"]["id"]), random.choice((1, 1, 2, 9))))
    few = build_matrix(frames, DAY, ids)
    assert few.equals(whole.filter(pl.col("partner.id").is_in(ids.implode())))

    one = ids[0]
    above, at = [], one
    parents = dict(frames["partner"].select("id", "parent_id").iter_rows())
    while at is not None and at not in above:
        above.append(at)
        at = parents[at]
    alone = _rows_of(frames, one, above)
    named = build_matrix(alone, DAY, pl.Series([one]))
    assert named.equals(whole.filter(pl.col("partner.id") == one))
    for kind in ROWS:
        among = build_rows(kind, frames, DAY).filter(pl.col("partner.id") == one)
        assert build_rows(kind, alone, DAY).filter(pl.col("partner.id") == one).equals(among)


def _rows_of(frames, one, above):
    """Return what a reading of one partner brings: its rows, those above, gifts credited to it."""
    credits = frames["gift_credit"].filter(pl.col("partner_id") == one)
    credited = pl.col("id").is_in(credits["gift_id"].drop_nulls().implode())
    found = {
        name: frame.filter(pl.col("partner_id") == one)
        for name, frame in frames.items()
        if name != "partner"
    }
    found["gift"] = frames["gift"].filter((pl.col("partner_id") == one) | credited)
    for name in ("diligence", "screening_hit"):
        found[name] = frames[name].filter(pl.col("partner_id").is_in(above))
    found["partner"] = frames["partner"].filter(pl.col("id").is_in(above))
    return found
