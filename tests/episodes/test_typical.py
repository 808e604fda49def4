"""Five years of four typical partners under the shipped rules, whatever order records arrive in."""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from play import Play
from typical import ENDS, lives

from partners.store import open_store

FUZZ = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
ALL_HEALTH = list(HealthCheck)


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.fuzz
@settings(
    max_examples=20 if FUZZ else 1,
    suppress_health_check=ALL_HEALTH,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(history=lives(every=1 if FUZZ else 90))
def test_each_ends_where_the_policy_says_and_nothing_is_done_twice(
    history, shipped_books, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("typical")
    with open_store(f"sqlite:///{folder / 'store.db'}") as store:
        play = Play(store, shipped_books.first)
        play.years(history, shipped_books.renamed)
    model = play.model
    assert {partner: stands.stage for partner, stands in model.stands.items()} == ENDS
    begun = [rule for rule, subject, _ in model.episodes if subject == "P0"]
    renamed = shipped_books.renamed.renamed
    told = {renamed.get(rule, rule) for rule in begun}
    # Interest, both clearances, the agreement, its welcome, the notice, and the renewal.
    assert {"PR05", "DD07", "AG05", "AC01", "RN01", "RN05"} <= told
    late = [subject for rule, subject, _ in model.episodes if rule == "AN31"]
    assert len(late) == len(set(late)) == 3  # each payment that was late is asked for once
