"""Stages that people set: what is kept, what is flagged and for how long, and who may accept it."""

from datetime import date, timedelta

import pytest

from partners.job.overrides import NewOverride, add_override, withdraw_override

pytestmark = [pytest.mark.slow, pytest.mark.thorough]
WEEK = timedelta(days=7)


def _set(play, partner, stage, days=1):
    """Let a person set a stage, and the job run on that day and for some days after it."""
    play.change("partner", partner, crm_stage=stage, crm_stage_at=play.now, crm_stage_by="Claire")
    play.until(play.day + timedelta(days=days), max(1, days // 3))


def _interested(play, name):
    firm = play.partner(name, "corporation")
    play.touch(firm, "interested", kind="meeting")
    play.until(play.day)
    return firm


def test_a_move_that_the_policy_allows_is_kept_and_nothing_is_said(play):
    firm = _interested(play, "Acacia Works")
    play.cleared(firm)
    play.until(play.day)
    play.signed(firm, 730)
    _set(play, firm, "active", days=40)
    shown = play.stands(firm)
    assert (shown["stage"], shown["set_from"], shown["suspended"]) == ("active", "agreement", False)
    assert "Out of policy" not in (shown["missing"] or "")


def test_a_forbidden_move_is_kept_and_flagged_as_long_as_it_stands(play):
    firm = _interested(play, "Boma Traders")
    _set(play, firm, "active", days=60)
    shown = play.stands(firm)
    assert (shown["stage"], shown["set_from"]) == ("active", "diligence")
    for clause, flag in (
        ("S§21", "to a stage that needs a valid due diligence"),
        ("S§26", "to a stage that needs a complete, signed agreement"),
        ("S§30.d", "stages were skipped by hand"),
    ):
        (line,) = [line for line in shown["missing"].splitlines() if flag in line]
        assert line.startswith("Out of policy: ")
        assert clause in line
    written = play.written(firm)
    assert "Attention: Out of policy" in written["Lifecycle_Missing__c"]
    approver = [task for task in play.tasks(firm) if task.startswith("Have the approver")]
    assert len(approver) == len(set(approver)) == 3
    # Something new, a gift, does not make the rules take it from there, nor thank for it.
    play.gift(firm, 500)
    play.until(play.day + WEEK)
    assert play.stands(firm)["stage"] == "active"
    assert ("gift_thanks", "suppressed") in play.letters(firm)
    assert ("gift_thanks", "drafted") not in play.letters(firm)


def test_setting_it_back_or_putting_it_right_ends_the_flag(play):
    back, right = _interested(play, "Cedar"), _interested(play, "Dhow")
    for firm in (back, right):
        _set(play, firm, "agreement")
        assert "Out of policy" in play.stands(firm)["missing"]
    _set(play, back, "diligence")
    play.cleared(right)
    play.until(play.day + WEEK)
    for firm, stage in ((back, "diligence"), (right, "agreement")):
        shown = play.stands(firm)
        assert shown["stage"] == stage
        assert "Out of policy" not in (shown["missing"] or "")
    play.signed(right, 700)
    play.until(play.day + WEEK)
    shown = play.stands(right)
    assert (shown["stage"], shown["set_from"]) == ("active", None)


def test_a_refused_partner_that_is_moved_on_leads_nowhere(play):
    firm = _interested(play, "Ebony")
    play.cleared(firm, outcome="refused")
    play.until(play.day + WEEK)
    assert play.stands(firm)["stage"] == "closed"
    _set(play, firm, "prospect", days=20)
    shown = play.stands(firm)
    assert shown["stage"] == "prospect"
    assert "moved on by hand although refused or excluded (S§20, S§22.a" in shown["missing"]


def test_a_named_role_may_accept_a_skip_until_a_day_and_then_the_flag_is_back(play):
    firm = play.partner("Fig Tree", "corporation")
    play.cleared(firm, years=5)
    play.until(play.day)
    _set(play, firm, "agreement")
    assert "stages were skipped by hand" in play.stands(firm)["missing"]
    end = play.day + timedelta(days=30)
    asked = NewOverride("Dora", "executive", "Known to us for years", end)
    add_override(play.store, play.job.rulebook, firm, "by_hand.skipped", asked=asked, now=play.now)
    play.until(end, 5)
    assert "Out of policy" not in (play.stands(firm)["missing"] or "")
    assert play.stands(firm)["stage"] == "agreement"
    play.until(end + timedelta(days=1))
    assert "stages were skipped by hand" in play.stands(firm)["missing"]


def test_lateness_that_the_leadership_tolerates_suspends_nobody(play):
    firm = _interested(play, "Guava")
    play.cleared(firm, years=5)
    play.until(play.day)
    play.signed(firm, 1500)
    for _ in range(4):
        due = play.day + timedelta(days=3)
        play.add("obligation", partner_id=firm, owed_by="partner", kind="payment", due_date=due)
    play.until(play.day + WEEK)
    assert play.stands(firm)["suspended"]
    asked = NewOverride("Dora", "executive", "A flood closed their works")
    number = add_override(play.store, play.job.rulebook, firm, "AN05", asked=asked, now=play.now)
    play.until(play.day + WEEK)
    assert not play.stands(firm)["suspended"]
    recorded = play.recorded(firm)
    assert recorded["overrides"] == [
        {"id": number, "rule_id": "AN05", "by": "Dora", "role": "executive",
         "reason": "A flood closed their works"}
    ]  # fmt: skip
    withdraw_override(play.store, number, "Dora", play.now)
    play.until(play.day + WEEK)
    assert play.stands(firm)["suspended"]
    assert play.replayed() == (len(play.decisions()), 0)


def test_a_hit_recorded_by_hand_holds_everything_up_until_a_second_person_closes_it(play):
    from partners.job.hits import add_hit, close_hit

    firm = _interested(play, "Hazel")
    number = add_hit(
        play.store, firm, "UN Security Council", "QDe.001 Hazel", by="Ann", now=play.now
    )
    play.cleared(firm)
    play.until(play.day + WEEK)
    shown = play.stands(firm)
    assert (shown["stage"], shown["suspended"]) == ("diligence", True)
    assert "A possible match on a sanctions list is open (S§22.b)" in shown["missing"]
    assert "drafted" not in dict(play.letters(firm)).values()
    _set(play, firm, "agreement")
    assert "under an open match on a sanctions list (S§22.b)" in play.stands(firm)["missing"]
    close_hit(play.store, number, "Ben", "Another firm, founded in 1902", play.now)
    play.until(play.day + WEEK)
    shown = play.stands(firm)
    assert (shown["stage"], shown["suspended"]) == ("agreement", False)
    assert "Out of policy" not in (shown["missing"] or "")
    play.signed(firm, 700)
    play.until(play.day + WEEK)
    assert play.stands(firm)["stage"] == "active"


def test_what_came_after_the_move_is_no_fault_of_who_moved(play):
    from partners.job.hits import add_hit

    firm = _interested(play, "Iroko")
    play.cleared(firm, years=1)
    play.until(play.day)
    play.signed(firm, 1200)
    _set(play, firm, "active", days=2)
    add_hit(play.store, firm, "UN Security Council", "QDe.002 Iroko", by="Ann", now=play.now)
    play.until(date(2027, 6, 1), 30)
    shown = play.stands(firm)
    assert shown["suspended"]
    assert "Out of policy" not in shown["missing"]
