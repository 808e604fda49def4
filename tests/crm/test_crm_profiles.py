"""What somebody who writes a profile relies on: every mistake is found, told by place, with what to
write; what a profile asks the org for follows from what it uses."""

from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from crm_sync.errors import ProfileError
from crm_sync.profiles import load_profile
from partner_lifecycle import Problems
from partner_lifecycle.views import VIEWS

PROFILES = ("npsp", "standard")
STANDARD = (files("crm_sync.profiles") / "standard.yaml").read_text(encoding="utf-8")


def broken(folder: Path, old: str, new: str) -> Problems:
    assert old in STANDARD
    path = folder / "mine.yaml"
    path.write_text(STANDARD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Problems) as raised:
        load_profile(path)
    assert raised.value.exit_code == 2
    return raised.value


@pytest.mark.parametrize("name", PROFILES)
def test_every_view_and_column_that_must_be_there_is(name: str) -> None:
    profile = load_profile(name)
    assert profile.views.keys() == VIEWS.keys()
    assert all(profile.views.values())


@pytest.mark.parametrize("name", PROFILES)
def test_every_column_of_a_view_is_filled_by_some_source(name: str) -> None:
    empty = {"gift": {"recurring_id"}} if name == "standard" else {}
    for view, sources in load_profile(name).views.items():
        filled = {column for source in sources for column in source.columns}
        assert VIEWS[view].columns.keys() - filled == empty.get(view, set())


@pytest.mark.parametrize("name", PROFILES)
def test_every_object_is_asked_for_its_key_and_stamps(name: str) -> None:
    for fields in load_profile(name).objects.values():
        assert {"Id", "SystemModstamp", "IsDeleted"} <= set(fields)
        assert len(set(fields)) == len(fields)


def test_what_is_asked_for_follows_from_what_is_used() -> None:
    fields = load_profile("npsp").objects["Opportunity"]
    assert {"Amount", "npsp__Primary_Contact__c", "StageName"} <= set(fields)
    assert "Description" not in fields


def test_an_org_without_the_namespace_is_asked_without_it() -> None:
    objects = load_profile("npsp", namespaced=False).objects
    assert "Partial_Soft_Credit__c" in objects
    assert "npe5__Affiliation__c" in objects
    assert "Primary_Contact__c" in objects["Opportunity"]
    assert not any("npsp__" in f"{name} {fields}" for name, fields in objects.items())


@pytest.mark.parametrize(
    ("old", "new", "line_of", "words"),
    [
        ("      sector:", "      secktor:", "secktor", "did you mean `sector`?"),
        ("\n  gift:\n", "\n  gifts:\n", "gifts:", "did you mean `gift`?"),
        ("to: User}", "to: Usr}", "Usr", "did you mean `User`?"),
        ("from: Contract\n", "from: Contrat\n", "Contrat", "did you mean `Contract`?"),
        ("owner.Department", "ownr.Department", "ownr", "did you mean `owner`?"),
        ("Draft: draft", "Draft: drafted", "drafted", "did you mean `draft`?"),
        ("else: corporation", "else: corporate", "else: corporate", "did you mean `corporation`?"),
        ("{constant: public}", "{constant: nobody}", "nobody", "known here: corporation"),
        ("{constant: true}", "{constant: maybe}", "maybe", "takes boolean"),
        ("    where:", "    wher:", "wher:", "did you mean `where`?"),
        ("{coalesce: [account.Partner_Sub", "{coalesc: [account.Partner_Sub", "coalesc:", "one of"),
        ("account.Name: Individual", "account.Name: {is: X}", "where", "{field: Name}"),
        ("id: account.Id", "id: {constant: x}", "id: {", "`id` must be one field"),
        ("currency: USD", "currency: dollars", "dollars", "pattern"),
        ("about:", "abuot:", "abuot", "did you mean `about`?"),
        ("  User: {}", "  User: {}\n  User: {}", "User: {}", "`User` stands here twice"),
        ("views:", "views: [", "views", "this is not YAML"),
    ],
)
def test_each_mistake_is_told_by_place_with_what_to_write(
    tmp_path: Path, old: str, new: str, line_of: str, words: str
) -> None:
    error = broken(tmp_path, old, new)
    assert words in str(error)
    lines = (tmp_path / "mine.yaml").read_text(encoding="utf-8").splitlines()
    if "not YAML" not in words:
        assert any(line_of in lines[problem.line - 1] for problem in error.problems), str(error)
        assert all(problem.column > 0 for problem in error.problems)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = STANDARD.replace("sector:", "secktor:").replace("Draft: draft", "Draft: drafted")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problems) as raised:
        load_profile(path)
    assert len(raised.value.problems) >= 2


BOMB = "".join(f"{k}: &{k} [*{j},*{j},*{j},*{j},*{j},*{j}]\n" for j, k in pairwise("abcdefghij"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "a: !!python/object/apply:os.getcwd []",
        "? [a]\n: b",
        "a: &a [x]\n" + BOMB,
        "a: &a [*a]",
        "a: &a {<<: *a}",
    ],
)
def test_what_is_no_profile_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problems):
        load_profile(path)


def test_words_that_look_like_truths_or_dates_stay_words(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = STANDARD.replace("account.Name: Individual", "account.Name: [on, NO, 2026-01-01]")
    path.write_text(text, encoding="utf-8")
    assert "('on', 'NO', '2026-01-01')" in repr(load_profile(path).views["partner"][0].where)


@pytest.mark.parametrize("name", ["nspp", "no/such/file.yaml"])
def test_a_profile_that_is_not_there(name: str) -> None:
    with pytest.raises(ProfileError, match="npsp, standard"):
        load_profile(name)
