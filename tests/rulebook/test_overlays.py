"""An overlay adds, replaces and retires by id; whatever it does by accident is refused."""

from datetime import date
from decimal import Decimal

import pytest

from lifecycle.rulebook import RulebookError, load_rulebook

HEAD = "name: {name}\nbecause: The office works otherwise.\n{retires}"
REST = (
    "- id: PR02\n  name: p.second\n  cite: [S§21]\n  because: Second.\n  when: gift.count > 1\n"
    "  then: {move_to: closed}\n  priority: 5\n  aliases: [PR92]\n"
    "- id: PR03\n  name: p.third\n  cite: [S§21]\n  because: Third.\n  priority: 5\n"
    '  when: gift.days_since_last > param("notice.days", partner.audience)\n'
    "  then: {move_to: closed}\n"
    "- id: PR04\n  name: p.fourth\n  cite: [S§21]\n  because: Fourth.\n  when: note.sure\n"
    "  then: {flag: Sure}\n"
    "- id: PR05\n  name: p.fifth\n  cite: [S§21]\n  because: Fifth.\n  when: gift.count > 9\n"
    "  then: {set: {note.sure: true}}\n"
)
PARAMETER = "meaning: m\nunit: days\ntype: {type}\ncite: [S§21]\nvalues: {{2016-01-01: {value}}}\n"


@pytest.fixture
def base(rules):
    """The folder of a small rulebook: five rules, a parameter, a clause, two rates."""
    file = rules / "prospect.yaml"
    file.write_text(file.read_text("utf-8") + REST, "utf-8")
    (rules / "exchange_rates.yaml").write_text("EUR: {2016-01-01: 1.1}\nCHF: {2016-01-01: 1}\n")
    return rules


@pytest.fixture
def overlay(tmp_path):
    """Return a function that writes an overlay: its rules, what it retires, other files."""

    def write(rules="", retires="", name="ours", **files):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        retired = f"retires: {{{retires}}}\n" if retires else ""
        (folder / "overlay.yaml").write_text(HEAD.format(name=name, retires=retired), "utf-8")
        if rules:
            (folder / "prospect.yaml").write_text(f"stage: prospect\nrules:\n{rules}", "utf-8")
        for place, text in files.items():
            file = folder / f"{place.replace('__', '/')}.yaml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        return folder

    return write


def _rule(rule_id, **more):
    given = {
        "name": "our.own",
        "cite": "[S§21]",
        "because": "Ours.",
        "when": "gift.count > 3",
        "then": "{move_to: closed}",
        **more,
    }
    return f"- id: {rule_id}\n" + "".join(f"  {key}: {value}\n" for key, value in given.items())


def _mistakes(base, *overlays):
    with pytest.raises(RulebookError) as caught:
        load_rulebook(base, overlays)
    return [str(problem) for problem in caught.value.problems]


def test_a_replaced_rule_keeps_its_place_priority_and_old_ids(base, overlay):
    ours = overlay(_rule("PR02", replaces="true", because="Otherwise."))
    rulebook = load_rulebook(base, [ours])
    assert [rule.id for rule in rulebook.rules] == ["PR02", "PR03", "PR01", "PR04", "PR05"]
    rule = rulebook.by_id["PR02"]
    assert (rule.because, rule.priority, rule.aliases) == ("Otherwise.", 5, ("PR92",))
    assert (rule.layer, rule.replaces, rule.file, rule.line) == (
        "ours",
        "base",
        "ours/prospect.yaml",
        3,
    )
    told = overlay(_rule("PR02", replaces="true", priority=0, aliases="[PR93]"))
    rule = load_rulebook(base, [told]).by_id["PR02"]
    assert (rule.priority, rule.aliases) == (0, ("PR92", "PR93"))


def test_an_added_rule_comes_after_those_of_its_priority_and_a_retired_one_is_gone(base, overlay):
    ours = overlay(_rule("PR60", priority=5), "rules: {PR03: We have another way.}")
    rulebook = load_rulebook(base, [ours])
    assert [rule.id for rule in rulebook.rules] == ["PR02", "PR60", "PR01", "PR04", "PR05"]
    assert [rule.id for rule in rulebook.overlaid] == ["PR03"]
    (_, layer) = rulebook.layers
    assert [(each.did, each.thing, each.id, each.because) for each in layer.changes] == [
        ("retired", "rule", "PR03", "We have another way."),
        ("added", "rule", "PR60", "Ours."),
    ]
    assert (layer.changes[0].file, layer.changes[0].line) == ("ours/overlay.yaml", 3)


def test_parameters_clauses_and_rates_are_replaced_and_added_alike(base, overlay):
    ours = overlay(
        parameters__notice__days="replaces: true\n" + PARAMETER.format(type="integer", value=7),
        parameters__our__limit=PARAMETER.format(type="integer", value=3),
        clauses="S§21: {gist: Ours., document: D, replaces: true}\nA.1: {gist: g, document: d}\n",
        exchange_rates="EUR: {replaces: true, 2020-01-01: 1.25}\nGBP: {2016-01-01: 1.3}\n",
    )
    rulebook = load_rulebook(base, [ours])
    assert rulebook.on(date(2026, 1, 1)) == {"notice.days": 7, "our.limit": 3}
    assert rulebook.parameters["notice.days"].layer == "ours"
    assert {name: clause.gist for name, clause in rulebook.clauses.items()} == {
        "S§21": "Ours.",
        "A.1": "g",
    }
    assert rulebook.rates == {
        "EUR": {date(2020, 1, 1): Decimal("1.25")},
        "CHF": {date(2016, 1, 1): Decimal("1")},
        "GBP": {date(2016, 1, 1): Decimal("1.3")},
    }


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            {"rules": _rule("PR02")},
            "ours/prospect.yaml:3:3: there is a rule PR02 already, in rules/prospect.yaml\n"
            "    write `replaces: true`",
        ),
        (
            {"rules": _rule("PR12", replaces="true")},
            "ours/prospect.yaml:9:3: there is no rule PR12 below to replace\n    did you mean PR02",
        ),
        ({"rules": _rule("PR12", replaces="false")}, "replaces can only be true"),
        ({"rules": _rule("PR92")}, "two rules have the id PR92; the other is in rules/prospect"),
        ({"rules": _rule("PR61") * 2}, "two rules have the id PR61; the other is in ours/prosp"),
        (
            {"retires": "rules: {PR33: No.}"},
            "ours/overlay.yaml:3:19: there is no rule PR33 to retire\n    did you mean PR03",
        ),
        ({"retires": "rules: {PR03: ''}"}, "retires.rules.PR03 is empty"),
        (
            {"retires": "rule: {PR03: No.}"},
            "retires.rule is not known here\n    did you mean rules?",
        ),
        (
            {"retires": "rules: {PR02: No.}", "rules": _rule("PR02")},
            "PR02 is retired here, and stands in ours/prospect.yaml",
        ),
        (
            {"retires": "parameters: {notice.days: No.}"},
            "ours/overlay.yaml:3:24: PR03 still asks for notice.days\n    replace",
        ),
        (
            {"retires": "rules: {PR05: No.}"},
            "ours/overlay.yaml:3:19: PR04 still asks for note.sure, which only PR05 concluded",
        ),
        (
            {"rules": _rule("PR05", replaces="true")},
            "ours/prospect.yaml:3:3: PR04 still asks for note.sure, which only PR05 concl",
        ),
        (
            {"parameters__notice__days": PARAMETER.format(type="integer", value=7)},
            "ours/parameters/notice/days.yaml:1:1: there is a parameter notice.days already",
        ),
        (
            {
                "parameters__notice__day": "replaces: true\n"
                + PARAMETER.format(type="integer", value=7)
            },
            "there is no parameter notice.day below to replace\n    did you mean notice.days",
        ),
        (
            {
                "parameters__notice__days": "replaces: true\n"
                + PARAMETER.format(type="text", value="a")
            },
            "rules/prospect.yaml:22:9: a number cannot be compared with a text",
        ),
        ({"clauses": "S§21: {gist: g, document: d}\n"}, "there is a clause S§21 already"),
        ({"exchange_rates": "EUR: {2016-01-01: 1}\n"}, "there is a rate EUR already"),
        ({"exchange_rates": "GBP: {2016-01-01: 1, replaces: true}\n"}, "no rate GBP below"),
    ],
)
def test_what_an_overlay_cannot_do_is_told_with_its_place(base, overlay, made, said):
    mistakes = _mistakes(base, overlay(**made))
    assert any(said in mistake for mistake in mistakes), mistakes


def test_what_is_retired_with_all_that_asks_for_it_is_gone(base, overlay):
    ours = overlay(
        retires="rules: {PR03: No., PR04: No., PR05: No.}, parameters: {notice.days: No.}"
    )
    rulebook = load_rulebook(base, [ours])
    assert [rule.id for rule in rulebook.rules] == ["PR02", "PR01"]
    assert (rulebook.parameters, rulebook.notes) == ({}, {})


def test_a_later_overlay_changes_what_an_earlier_one_made(base, overlay):
    first = overlay(_rule("PR60") + _rule("PR02", replaces="true"), name="first")
    second = overlay(
        _rule("PR02", replaces="true", because="Last."), "rules: {PR60: No.}", name="second"
    )
    rulebook = load_rulebook(base, [first, second])
    assert "PR60" not in rulebook.by_id
    rule = rulebook.by_id["PR02"]
    assert (rule.because, rule.layer, rule.replaces, rule.priority) == (
        "Last.",
        "second",
        "first",
        5,
    )
    assert "there is no rule PR60 to retire" in str(_mistakes(base, second, first))


def test_an_id_that_is_retired_may_be_the_old_id_of_another_rule(base, overlay):
    ours = overlay(_rule("PR60", aliases="[PR03]"), "rules: {PR03: It has another id.}")
    assert load_rulebook(base, [ours]).renamed["PR03"] == "PR60"


def test_an_overlay_needs_a_head_and_a_name_of_its_own(base, overlay, tmp_path):
    (nameless := tmp_path / "nameless").mkdir()
    ours = overlay()
    assert "there is no overlay.yaml" in str(_mistakes(base, nameless))
    assert "there is no overlay.yaml" in str(_mistakes(base, tmp_path / "nowhere"))
    assert "two layers are called ours" in str(_mistakes(base, ours, ours))
    assert "two layers are called base" in str(_mistakes(base, overlay(name="base")))
    (mistake,) = _mistakes(ours)
    assert "this is an overlay, and no rulebook by itself" in mistake


def test_of_two_folders_of_one_name_the_files_are_told_apart(base, overlay, tmp_path):
    ours = overlay(_rule("PR02")).rename(tmp_path / "prospect.yaml")
    (elsewhere := tmp_path / "other").mkdir()
    same = ours.rename(elsewhere / "rules")
    (mistake,) = _mistakes(base, same)
    assert mistake.startswith(f"{same}/prospect.yaml:3:3: ")


def test_a_mistake_in_the_base_is_told_before_what_an_overlay_misses(base, overlay):
    (base / "prospect.yaml").write_text("stage: prospect\nrules: 3\n")
    assert [each.partition(":")[0] for each in _mistakes(base, overlay(_rule("PR02")))] == [
        "rules/prospect.yaml"
    ]


def test_a_base_has_nothing_below_to_replace(base):
    file = base / "prospect.yaml"
    file.write_text(file.read_text("utf-8") + _rule("PR60", replaces="true"), "utf-8")
    assert "there is no rule PR60 below to replace" in str(_mistakes(base))


def test_the_digest_is_of_all_layers_in_their_order(base, overlay):
    first, second = overlay(name="first"), overlay(name="second")
    books = [[], [first], [second], [first, second], [second, first]]
    digests = {load_rulebook(base, overlays).digest for overlays in books}
    assert len(digests) == len(books)
    (first / "examples").mkdir()
    (first / "examples/a.yaml").write_text("[]")
    assert load_rulebook(base, [first]).digest in digests


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[EUR]", "exchange_rates.yaml:1:1: this is not a table of currencies"),
        ("Euro: {2016-01-01: 1}", "1:1: Euro is not a currency\n    write its ISO code"),
        ("EUR: 1.1", "1:1: EUR: this is not a table of rates"),
        ("EUR: {2016-01-01: -1}", "1:7: EUR: this is not a rate from a day on"),
        ("EUR: {2016-01-01: .inf}", "not a rate from a day on"),
        ("EUR: {2016-01-01: .nan}", "not a rate from a day on"),
        ("EUR: {2016-01-01: true}", "not a rate from a day on"),
        ("EUR: {first: 1}", "1:7: EUR: this is not a rate from a day on"),
        ("EUR: {2016-01-01: 1}\nEUR: {2016-01-01: 2}", "2:1: the key EUR stands here twice"),
    ],
)
def test_a_rate_that_is_none_is_told_with_its_place(base, text, said):
    (base / "exchange_rates.yaml").write_text(text, "utf-8")
    (mistake,) = _mistakes(base)
    assert said in mistake
