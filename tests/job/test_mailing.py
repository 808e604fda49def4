"""One text for the public: read once, released for all to whom it may go, merged from files."""

import csv
from contextlib import contextmanager

import pytest
from sqlalchemy import event as listening
from sqlalchemy import select
from still import NOW
from still import quiet as _quiet

from lifecycle.drafting import harmless
from partners.demo.house import EXAMPLE_HOUSE
from partners.errors import DraftHeld, DraftUnknown
from partners.job.drafts import read_draft
from partners.job.letters import Letters
from partners.job.mailing import Mailing
from partners.job.texts import list_texts, read_text
from partners.store import draft, mailing


class Killed(BaseException):
    """The program was killed here."""


@pytest.fixture
def text(thanked):
    """The text with which most letters wait."""
    return read_text(thanked.store, list_texts(thanked.store)[0]["id"])


@pytest.fixture
def merge(thanked, text, tmp_path):
    """Return a function that releases the text into a folder."""

    def merge(by="Ana"):
        letters = Letters(thanked.job.library, EXAMPLE_HOUSE, thanked.job.rulebook, "en")
        seen = []
        mailing = Mailing(thanked.store, letters, NOW, by, text)
        return mailing(tmp_path / "out", lambda done, total: seen.append((done, total)))

    return merge


def _rows(file):
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _of(drafts, text):
    return [row for row in drafts() if row["form_id"] == text["id"]]


def test_a_text_says_what_its_letters_say_with_names_for_their_values(drafts, text):
    for row in _of(drafts, text):
        assert row["audience"] == "public" and len(text["names"]) == len(row["provenance"])
        said, subject = text["text"], text["subject"]
        for name, (_field, shown, _record) in zip(text["names"], row["provenance"], strict=True):
            said = said.replace("{{" + name + "}}", shown)
            subject = subject.replace("{{" + name + "}}", shown)
        assert (said, subject) == (row["text"], row["subject"])


def test_letters_to_others_than_the_public_share_no_text(drafts):
    shared = {row["audience"] for row in drafts() if row["form_id"]}
    assert shared == {"public"}


def test_everybody_to_whom_it_may_go_is_in_the_file(thanked, drafts, text, merge, tmp_path):
    waited = {row["id"]: row for row in _of(drafts, text)}
    mailed = merge()
    rows = _rows(tmp_path / "out" / "recipients.csv")
    assert mailed.released == len(rows) > 0
    for row in rows:
        letter = read_draft(thanked.store, row["draft"])
        assert (letter["status"], letter["changed_by"]) == ("released", "Ana")
        assert letter["mailing_id"] == mailed.id and "@" in row["email"]
        assert row["List-Unsubscribe"] == f"<{EXAMPLE_HOUSE.unsubscribe_url}?letter={row['draft']}>"
        assert row["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        shown = [harmless(each[1]) for each in waited[row["draft"]]["provenance"]]
        assert [row[name] for name in text["names"]] == shown
    assert "{{" in (tmp_path / "out" / "letter.html").read_text("utf-8")
    assert (tmp_path / "out" / "letter.txt").read_text("utf-8").startswith("Subject: ")
    assert list_texts(thanked.store) == [] or text["id"] not in {
        each["id"] for each in list_texts(thanked.store)
    }


def test_nobody_gets_two_letters_of_one_mailing(thanked, drafts, text, merge, tmp_path):
    twin = dict(_of(drafts, text)[0]) | {"id": "PL-twin", "decision_id": None}
    with thanked.store.transaction() as connection:
        connection.execute(draft.insert().values(twin))
    merge()
    (left,) = (
        row for row in _rows(tmp_path / "out" / "left_out.csv") if "another" in row["reason"]
    )
    assert left["partner"] == twin["partner_id"]
    assert read_draft(thanked.store, left["draft"])["status"] == "drafted"


def test_who_is_left_out_is_told_with_the_reason(thanked, drafts, text, merge, tmp_path):
    first, second, *_ = _of(drafts, text)
    optout = {"HasOptedOutOfEmail": True}
    thanked.org.update("Contact", first["contact_id"], optout)
    thanked.org.update("Opportunity", second["occasion"]["subject"], {"Amount": 4321})
    thanked.job.sync(thanked.store, thanked.demo.session(), NOW, _quiet)
    merge()
    left = {row["draft"]: row["reason"] for row in _rows(tmp_path / "out" / "left_out.csv")}
    assert "asked for no e-mail. [AN02]" in left[first["id"]]
    assert "stale" in left[second["id"]] and "4,321" in left[second["id"]]
    assert read_draft(thanked.store, first["id"])["status"] == "drafted"


def test_what_a_person_edited_does_not_go_with_the_others(
    thanked, text, letter, edit, merge, tmp_path
):
    edit(lambda words: words.replace("Thank you", "Many thanks", 1))
    merge()
    left = {row["draft"]: row["reason"] for row in _rows(tmp_path / "out" / "left_out.csv")}
    assert "release it by itself" in left[letter["id"]]


def test_a_mailing_that_was_killed_goes_on_where_it_was(thanked, drafts, text, merge, tmp_path):
    waited = len(_of(drafts, text))
    killed, mailed = 0, None
    while mailed is None:
        try:
            with _killing(thanked.store, 3 + 3 * killed):
                mailed = merge()
        except Killed:
            killed += 1
    assert killed >= 5
    left = _rows(tmp_path / "out" / "left_out.csv")
    assert mailed.released == len(_rows(tmp_path / "out" / "recipients.csv"))
    assert mailed.released + sum(row["status"] == "drafted" for row in left) == waited
    with thanked.store.reading() as connection:
        assert [row.status for row in connection.execute(select(mailing))] == ["done"]


@contextmanager
def _killing(store, kill_at):
    asked = iter(range(1, 1 << 30))

    def maybe(*_):
        if next(asked) == kill_at:
            raise Killed

    listening.listen(store.engine, "before_cursor_execute", maybe)
    try:
        yield
    finally:
        listening.remove(store.engine, "before_cursor_execute", maybe)


def test_a_text_against_policy_goes_to_nobody(thanked, text, merge, tmp_path):
    text["text"] = text["text"] + "\nYou are our exclusive partner.\n"
    with pytest.raises(DraftHeld, match="exclusiv"):
        merge()
    assert not (tmp_path / "out").exists()


def test_somebody_releases_it(merge):
    with pytest.raises(DraftHeld, match="--by"):
        merge(" ")


def test_a_text_that_nobody_knows(thanked):
    with pytest.raises(DraftUnknown, match="no text"):
        read_text(thanked.store, "TX-nothing")
