"""Rules in words, as engines read them, and as a handbook."""

import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest

from lifecycle.authoring import READINGS, Wording, actions, when_once, write_handbook
from lifecycle.facts import STAGES
from lifecycle.rulebook import RuleUnknown, load_rulebook

DAY = date(2026, 11, 21)


def _lines(rulebook, rule_id, day=DAY):
    phrases = Wording(rulebook, day).when(rulebook.by_id[rule_id])
    return [line for phrase in phrases for line in phrase.lines()]


def test_a_condition_names_the_values_of_the_audiences_it_looks_at(shipped):
    assert _lines(shipped, "AC10") == [
        "audience: anything but public",
        "agreement · status: signed",
        "ends soon: yes",
        "days until the agreement ends: at least minus 60 days (corporation, hnwi), "
        "90 days (foundation)",
    ]
    assert (
        "days until the agreement ends: at most 180 days (corporation, foundation), 120 days (hnwi)"
        in _lines(shipped, "AN63")
    )


def test_nested_conditions_are_set_in(shipped):
    assert _lines(shipped, "PR08")[-3:] == [
        "one of these:",
        "  day of the last gift: not known",
        "  day of the last gift: by the day of the last clear answer of the partner",
    ]


def test_negations_and_lists_are_said(rules):
    file = rules / "closed.yaml"
    file.write_text(
        file.read_text("utf-8")
        + "\n- id: CL90\n  name: closed.more\n  cite: [S§21]\n  because: So.\n"
        '  when: not (gift.count > 3 or partner.audience == "hnwi") and partner.country is not None'
        ' and partner.language not in ["en", "fr"] and 3 < touch.count'
        " and year(gift.last_date) == 2026\n  then: {flag: Look}\n",
        "utf-8",
    )
    assert _lines(load_rulebook(rules), "CL90") == [
        "all of these:",
        "  gifts received: at most 3",
        "  audience: anything but hnwi, or not known",
        "country: known",
        "language to write in (two letters): none of en or fr",
        "contacts between people: more than 3",
        "year of day of the last gift: 2026",
    ]


def test_parameters_are_those_of_the_day(rules):
    file = rules / "parameters/renewal/again_after_days.yaml"
    file.write_text(file.read_text("utf-8") + "  2027-01-01: 500\n", "utf-8")
    rulebook = load_rulebook(rules)
    assert "at least 335 days" in _lines(rulebook, "AC12")[1]
    assert "at least 500 days" in _lines(rulebook, "AC12", date(2027, 1, 1))[1]


def test_a_parameter_for_one_audience_is_said_for_that_one(rules):
    file = rules / "closed.yaml"
    rule = (
        "\n- {id: CL90, name: closed.more, cite: [S§21], because: So., then: {flag: x}, when: '"
        'agreement.days_left > param("renewal.notice_days", "hnwi")\'}\n'
    )
    file.write_text(file.read_text("utf-8") + rule, "utf-8")
    said = _lines(load_rulebook(rules), "CL90")
    assert said == ["days until the agreement ends: more than 120 days"]


def test_what_a_rule_does_is_said(shipped):
    assert actions(shipped.by_id["AN03"]) == [
        "suspends the partner",
        "gives the owner a task: “Ask the partner about the conditions that were not met” "
        "(due in 5 days, high priority)",
    ]
    assert when_once(shipped.by_id["AG02"]) == "once for each agreement"
    assert when_once(shipped.by_id["AN20"]) == "once for each gift"
    assert when_once(shipped.by_id["AC01"]) == "once per stay in the stage"
    assert when_once(shipped.by_id["AN40"]) == ""


def test_every_rule_can_be_said_in_every_reading(shipped):
    wording = Wording(shipped, DAY)
    for rule in shipped.rules:
        assert wording.when(rule)
        assert actions(rule)
        for reading in READINGS.values():
            assert reading(rule, shipped.on(DAY))


def test_the_readings_print_what_was_compiled(shipped):
    rule = shipped.by_id["AC09"]
    durable = json.loads(READINGS["durable"](rule, shipped.on(DAY)))
    assert json.dumps({"f_agreement__count": 0}) in json.dumps(durable["AC09"]["all"])
    polars = READINGS["polars"](rule, shipped.on(DAY))
    assert 'col("stage")' in polars
    assert 'col("agreement.count")' in polars


def test_a_rule_is_found_by_id_name_or_old_id(shipped):
    assert shipped.find("active.ends_soon").id == "AC10"
    assert shipped.find("AC10").id == "AC10"
    with pytest.raises(RuleUnknown, match=r"There is no rule active.ends_son") as caught:
        shipped.find("active.ends_son")
    assert "active.ends_soon" in str(caught.value)


class _Page(HTMLParser):
    """Collects ids, links, and what a page would load from elsewhere."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loaded, self.tags = [], set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.add(given["href"])
        if tag in ("script", "link", "img", "iframe") or "src" in given:
            self.loaded.append(tag)


@pytest.fixture(scope="module")
def page(shipped, library, tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs") / "made"
    return write_handbook(shipped, library, DAY, folder, "Rules & <more>").read_text("utf-8")


def test_the_handbook_has_every_rule_parameter_clause_and_stage(page, shipped):
    ids = _Page(page).ids
    assert {*shipped.by_id} <= {*ids}
    assert {f"parameter-{name}" for name in shipped.parameters} <= {*ids}
    assert {f"clause-{name}" for name in shipped.clauses} <= {*ids}
    assert {f"stage-{stage}" for stage in STAGES} <= {*ids}
    assert len(ids) == len(set(ids))


def test_every_link_in_the_handbook_leads_somewhere_and_nothing_is_loaded(page):
    read = _Page(page)
    assert {link.removeprefix("#") for link in read.links} <= set(read.ids)
    assert read.loaded == []
    assert not re.search(r"https?://|@import|url\((?!#)", page)


def test_the_handbook_escapes_what_people_wrote(page):
    assert "<title>Rules &amp; &lt;more&gt;</title>" in page


def test_the_handbook_is_marked_up_for_everybody(page):
    read = _Page(page)
    assert '<html lang="en">' in page
    assert read.tags.count("h1") == read.tags.count("main") == read.tags.count("nav") == 1
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert page.count("<table") == page.count("<thead")


def test_the_same_rules_give_the_same_page(page, shipped, library, tmp_path):
    again = write_handbook(shipped, library, DAY, tmp_path, "Rules & <more>")
    assert again.read_text("utf-8") == page


def test_arrows_of_many_rules_and_of_rules_at_any_stage_are_drawn(rules, library, tmp_path):
    file = rules / "any.yaml"
    more = "".join(
        f"\n- {{id: AN8{n}, name: any.more_{n}, cite: [S§21], because: So., "
        f"when: gift.count > {100 + n}, then: {{move_to: active}}}}\n"
        for n in range(5)
    )
    file.write_text(file.read_text("utf-8") + more, "utf-8")
    text = write_handbook(load_rulebook(rules), library, DAY, tmp_path / "o", "T").read_text(
        "utf-8"
    )
    # From each of the five other stages.
    assert text.count(">AN84</text>") == 5
