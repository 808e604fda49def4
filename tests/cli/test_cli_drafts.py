"""`partners drafts` as people use it: check, preview, show, edit, release, discard."""

import json
import shutil

import pytest

from partner_lifecycle.resources import templates_folder


@pytest.fixture(scope="module")
def own_left(left, tmp_path_factory):
    """A copy of the demo's store that may be changed."""
    folder = tmp_path_factory.mktemp("drafts")
    shutil.copy(left / "partners.db", folder / "partners.db")
    return folder


@pytest.fixture
def drafts(cli, own_left, settings_file):
    """Return a function that runs `partners drafts` on it, as data if `--json` is given."""
    settings_file(store={"url": f"sqlite:///{own_left / 'partners.db'}"})
    return lambda *arguments: cli("drafts", *arguments)


@pytest.fixture
def waiting(drafts):
    """Ids of drafts in English that wait."""
    found = json.loads(drafts("list", "--status", "drafted", "--json").out)
    return [each["id"] for each in found if each["language"] == "en"]


def test_a_draft_goes_its_way_from_words_to_a_mail(drafts, waiting, tmp_path):
    draft = waiting[0]
    stale = drafts("release", draft, "--by", "Ben")  # the demo's letters have another signature
    assert (stale.code, "house.signature_title was " in stale.err) == (1, True)
    assert drafts("redraw", draft).code == 0
    words = drafts("show", draft, "--words").out
    assert words.startswith("Subject: ")
    file = tmp_path / "letter.txt"
    file.write_text(words.replace("\n\n", "\n\nIt was good to see you.\n\n", 2), "utf-8")
    ended = drafts("edit", draft, "--by", "Ana", "--file", file)
    assert (ended.code, "is edited" in ended.out) == (0, True), ended.err
    shown = drafts("show", draft).out
    assert "Edited by Ana" in shown and "+It was good to see you." in shown
    ended = drafts("release", draft, "--by", "Ben")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Ben released the draft {draft}. Nothing was sent.")
    assert drafts("export", tmp_path / "out", "--draft", draft).code == 0
    (mail,) = (tmp_path / "out").glob("*.eml")
    assert b"X-Unsent: 1" in mail.read_bytes() and b"good to see you" in mail.read_bytes()
    again = drafts("release", draft, "--by", "Ben")
    assert (again.code, "is released" in again.err) == (1, True)


def test_a_draft_is_discarded_with_a_reason(drafts, waiting):
    draft = waiting[1]
    assert drafts("discard", draft, "--by", "Ana", "--reason", "I have called.").code == 0
    assert "I have called." in drafts("list", "--status", "discarded").out
    assert drafts("redraw", draft).code == 1


def test_an_edit_from_a_file_that_is_not_there(drafts, waiting):
    ended = drafts("edit", waiting[2], "--by", "Ana", "--file", "nowhere.txt")
    assert (ended.code, "nowhere.txt" in ended.err) == (2, True)


def test_a_letter_drawn_up_again_says_so(drafts, waiting):
    ended = drafts("redraw", waiting[3])
    assert (ended.code, "drawn up again" in ended.out) == (0, True), ended.err


def test_the_templates_that_ship_have_no_remarks(drafts):
    ended = drafts("check")
    assert ended.code == 0
    assert ended.out.endswith("0 remarks. Policy is kept.\n")
    assert json.loads(drafts("check", "--json").out) == []


def test_remarks_are_told_with_file_and_line(cli, settings_file, tmp_path):
    shutil.copytree(templates_folder(), tmp_path / "templates")
    file = tmp_path / "templates" / "emails" / "win_back" / "any.fr.md"
    file.unlink()
    settings_file(templates={"folder": str(tmp_path / "templates")})
    ended = cli("drafts", "check")
    assert ended.code in (1, 2)
    assert "win_back/any.fr.md" in ended.out + ended.err


@pytest.mark.parametrize("options", [(), ("--example",)])
def test_a_preview_has_every_audience_and_language(drafts, tmp_path, options):
    ended = drafts("preview", "gift_thanks", "--to", tmp_path / "page.html", *options)
    assert (ended.code, ended.out.split(" letters")[0]) == (0, "16")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert page.count("<iframe") == 2 * 16 and page.count('sandbox=""') == 2 * 16
    for said in ("Arabic", "Spanish", "French", "English", "foundation", "row.amount"):
        assert said in page


def test_a_preview_for_a_partner_shows_its_own_values(drafts, own_left, tmp_path):
    rows = json.loads(drafts("list", "--purpose", "gift_thanks", "--json").out)
    partner = next(row for row in rows if row["status"] == "drafted")["partner_id"]
    to = tmp_path / "page.html"
    ended = drafts("preview", "gift_thanks", "--partner", partner, "--to", to)
    assert (ended.code, ended.out.split(" letters")[0]) == (0, "4"), ended.err
    assert partner in to.read_text("utf-8")
    both = drafts("preview", "gift_thanks", "--partner", partner, "--example")
    assert both.code == 2


def test_a_preview_of_a_letter_that_nobody_wrote(drafts):
    ended = drafts("preview", "gift_thank")
    assert (ended.code, "did you mean gift_thanks?" in ended.err) == (2, True)


def test_one_text_is_read_and_released_for_many(drafts, tmp_path):
    texts = json.loads(drafts("texts", "--json").out)
    assert texts[0]["letters"] >= texts[-1]["letters"] > 0
    shown = drafts("texts", texts[0]["id"]).out
    assert shown.startswith(f"Subject: {texts[0]['subject']}\n\n") and "{{" in shown
    ended = drafts("merge", texts[0]["id"], "--by", "Ana", "--to", tmp_path / "out")
    assert (ended.code, "Nothing was sent." in ended.out) == (0, True), ended.err
    written = {file.name for file in (tmp_path / "out").iterdir()}
    assert written == {"letter.html", "letter.txt", "recipients.csv", "left_out.csv"}
    # The demo's letters have another signature: they are drawn up again first.
    assert "house.signature_title was " in (tmp_path / "out" / "left_out.csv").read_text(
        "utf-8-sig"
    )


def test_a_text_that_nobody_knows(drafts, tmp_path):
    ended = drafts("merge", "TX-nothing", "--by", "Ana", "--to", tmp_path / "out")
    assert (ended.code, "drafts texts" in ended.err) == (2, True)
