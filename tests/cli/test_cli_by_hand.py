"""`partners hits` and `partners override`: what people enter, and what they are refused."""

import json
import shutil

import pytest


@pytest.fixture
def partner(left, tmp_path, settings_file):
    """The id of a partner in a copy of the store that the demo left."""
    import sqlite3

    file = tmp_path / "copy.db"
    shutil.copy(left / "partners.db", file)
    settings_file(store={"url": f"sqlite:///{file}"})
    with sqlite3.connect(file) as connection:
        query = "SELECT partner_id FROM standing WHERE stage = 'prospect' ORDER BY partner_id"
        (found,) = connection.execute(query).fetchone()
    connection.close()
    return found


HIT = ("--list", "UN Security Council", "--entry", "QDe.001 Acme")


def test_a_hit_is_opened_by_one_person_and_closed_by_another(cli, partner):
    ended = cli("hits", "add", partner, *HIT, "--by", "Ann")
    assert (ended.code, ended.err) == (0, "")
    assert "Hit 1 is open." in ended.out
    assert cli("hits", "add", partner, *HIT, "--by", "Ben").code == 2
    same = cli("hits", "close", 1, "--by", " ann", "--reason", "Another firm")
    assert same.code == 2
    assert "somebody else has to close it" in same.err
    assert cli("hits", "close", 1, "--by", "Ben", "--reason", " ").code == 2
    assert json.loads(cli("hits", "list", "--json").out)[0]["status"] == "open"
    assert cli("hits", "close", 1, "--by", "Ben", "--reason", "Another firm").code == 0
    assert json.loads(cli("hits", "list", "--json").out) == []
    (closed,) = json.loads(cli("hits", "list", "--all", "--partner", partner, "--json").out)
    assert (closed["opened_by"], closed["closed_by"], closed["reason"]) == (
        "Ann",
        "Ben",
        "Another firm",
    )
    assert cli("hits", "close", 1, "--by", "Cleo", "--reason", "Again").code == 2
    assert cli("hits", "close", 7, "--by", "Cleo", "--reason", "None").code == 2


def test_an_open_hit_is_seen_at_once_when_the_partner_is_shown(cli, partner):
    cli("hits", "add", partner, *HIT, "--by", "Ann")
    shown = cli("show", partner).out
    assert "suspended" in shown
    assert "A name here, or in its group, resembles one on a sanctions list." in shown


def _add(cli, partner, rule="PR09", role="unit", reason="A meeting is agreed", *more):
    told = ("--by", "Dora", "--role", role, "--reason", reason)
    return cli("override", "add", partner, rule, *told, *more)


def test_an_override_is_shown_listed_and_withdrawn(cli, partner):
    ended = _add(
        cli, partner, "prospect.silent", "unit", "A meeting is agreed", "--until", "2999-01-31"
    )
    assert (ended.code, ended.err) == (0, "")
    assert f"PR09 is set aside for {partner} until 2999-01-31" in ended.out
    shown = cli("show", partner).out
    for said in ("Set aside for this partner", "PR09", "Dora", "unit", "A meeting is agreed"):
        assert said in shown
    (listed,) = json.loads(cli("override", "list", "--json").out)
    assert (listed["rule_id"], listed["until"], listed["in_force"]) == ("PR09", "2999-01-31", True)
    assert cli("override", "withdraw", 1, "--by", "Dora").code == 0
    assert cli("override", "withdraw", 1, "--by", "Dora").code == 2
    assert json.loads(cli("override", "list", "--json").out) == []
    (ended_one,) = json.loads(cli("override", "list", "--all", "--json").out)
    assert ended_one["withdrawn_by"] == "Dora"
    assert "Set aside" not in cli("show", partner).out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rule": "PR90"}, "did you mean"),
        ({"rule": "AN04"}, "Nobody may set AN04 aside (S§22.b)."),
        ({"rule": "AN10"}, "Nobody may set AN10 aside"),
        ({"rule": "DD10"}, "Nobody may set DD10 aside"),
        ({"role": "units"}, "did you mean unit?"),
        ({"rule": "AN05", "role": "unit"}, "this is for: division or executive"),
        ({"reason": "  "}, "needs a name and a reason"),
    ],
)
def test_an_override_that_the_policy_does_not_allow_is_refused(cli, partner, change, said):
    ended = _add(cli, partner, **change)
    assert ended.code == 2
    assert said in ended.err
    assert json.loads(cli("override", "list", "--all", "--json").out) == []


def test_a_day_that_is_over_and_a_partner_nobody_knows_are_refused(cli, partner):
    assert _add(cli, partner, "PR09", "unit", "Late", "--until", "2001-01-31").code == 2
    assert _add(cli, "Nobody at all").code == 2
    assert cli("hits", "add", "Nobody at all", *HIT, "--by", "Ann").code == 2
