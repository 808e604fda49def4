"""What rules acted on, read from the store: whose history, of which rule, in what order."""

from types import SimpleNamespace

import pytest
from still import NOW

from lifecycle.deciding import Firing, new_episodes
from partners.job.episodes import read_acted, read_past
from partners.store import episode, partner_alias

HERE, MERGED, OTHER = "001HERE", "001MERGED", "001OTHER"
RENAMED = {"AN01": "AN09"}


@pytest.fixture
def past(store):
    """Return a function that stores episodes (rule, subject, anchor), then reads the past."""

    def read(*told, subject=HERE, rule="AN09", anchor="2026-06-15"):
        decision = SimpleNamespace(firings=[Firing(rule, subject, anchor, {})])
        with store.transaction() as connection:
            connection.execute(partner_alias.insert(), {"old_id": MERGED, "id": HERE})
            for number, (rule_id, about, on) in enumerate(told):
                row = {"rule_id": rule_id, "partner_id": about.split("/")[0], "subject": about}
                row |= {"anchor": on, "n": number, "at": NOW}
                connection.execute(episode.insert(), row)
        with store.reading() as connection:
            found = read_past(connection, [decision], RENAMED)
        return found, new_episodes(decision, found)

    return read


def test_each_of_two_merged_partners_keeps_a_history_of_its_own(past):
    """Mixed into one, what was done for one of them would look as if the anchor had moved on."""
    found, begun = past(
        ("AN09", HERE, "2026-01-01"),
        ("AN09", MERGED, "2026-06-15"),
        ("AN09", HERE, "2026-03-01"),
        ("AN09", OTHER, "2026-06-15"),
    )
    assert found == {("AN09", HERE): [["2026-01-01", "2026-03-01"], ["2026-06-15"]]}
    assert begun == []


def test_an_anchor_that_came_back_is_counted_over_both(past):
    _, (begun,) = past(
        ("AN09", HERE, "2026-06-15"),
        ("AN09", MERGED, "2026-06-15"),
        ("AN09", HERE, "2026-03-01"),
        ("AN09", MERGED, "2026-01-01"),
    )
    assert begun.key == f"AN09/{HERE}/2026-06-15/3"


def test_a_person_who_stands_under_a_merged_partner_is_the_same_person(past):
    told = ("AN09", f"{MERGED}/003A", "2026-06-15"), ("AN09", f"{OTHER}/003A", "2026-01-01")
    found, begun = past(*told, subject=f"{HERE}/003A")
    assert found == {("AN09", f"{HERE}/003A"): [["2026-06-15"]]}
    assert begun == []


def test_what_a_rule_did_under_its_former_name_is_the_rule_s(past):
    found, begun = past(("AN01", HERE, "2026-06-15"))
    assert (found, begun) == ({("AN09", HERE): [["2026-06-15"]]}, [])


def test_what_moving_rules_last_acted_on_counts_for_the_partner_that_lives_on(store, past):
    past(
        ("AN01", HERE, "2026-01-01"),
        ("AN09", HERE, "2026-03-01"),
        ("AN01", MERGED, "2026-06-15"),
        ("AN09", OTHER, "2026-06-15"),
    )
    then = SimpleNamespace(move_to="active")
    rule = SimpleNamespace(id="AN09", aliases=("AN01",), then=then, once_per="agreement.end_date")
    rulebook = SimpleNamespace(rules=[rule], renamed=RENAMED)
    with store.reading() as connection:
        acted = read_acted(connection, rulebook, [HERE])
    assert sorted(acted.rows()) == [("AN09", HERE, "2026-03-01"), ("AN09", HERE, "2026-06-15")]
