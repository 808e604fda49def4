"""What people do with drafts: edit, release, discard, draw up again; and what is held, and why."""

import re

import pytest
from sqlalchemy import update
from still import NOW
from still import quiet as _quiet

from partners.demo.house import EXAMPLE_HOUSE
from partners.errors import DraftHeld, DraftUnknown
from partners.job.desk import discard_draft
from partners.job.drafts import export_drafts, read_draft
from partners.job.final import final
from partners.store import draft


def _add(sentence):
    return lambda words: words.replace("\n\n", f"\n\n{sentence}\n\n", 2).replace(
        f"{sentence}\n\n", "", 1
    )


def test_a_release_is_a_persons_and_counts_for_the_rules(thanked, desk, letter):
    row = desk().release(letter["id"][:12], "Ana")
    assert (row["status"], row["changed_by"]) == ("released", "Ana")
    assert thanked.run().written["ContentVersion"] == 1
    (file,) = thanked.org.query(
        f"SELECT Title, Description FROM ContentVersion WHERE Lifecycle_Key__c = '{letter['id']}'"
    )
    assert file["Title"].startswith("Released: ") and "Ana" in file["Description"]
    with pytest.raises(DraftHeld, match="is released"):
        desk().release(letter["id"], "Ana")


def test_a_second_letter_waits_for_the_quiet_days(thanked, desk, letter):
    second = dict(letter) | {"id": "PL-second", "decision_id": None}
    with thanked.store.transaction() as connection:
        connection.execute(draft.insert().values(second))
    desk().release(letter["id"], "Ana")
    with pytest.raises(DraftHeld, match=r"sent only days ago\. \[AN03\]"):
        desk(2).release("PL-second", "Ana")
    assert "only days ago" in read_draft(thanked.store, "PL-second")["reason"]
    assert desk(3).release("PL-second", "Ana")["reason"] is None


def test_nobody_who_opted_out_since_is_written_to(thanked, desk, letter):
    thanked.org.update("Contact", letter["contact_id"], {"HasOptedOutOfEmail": True})
    thanked.job.sync(thanked.store, thanked.demo.session(), NOW, _quiet)
    with pytest.raises(DraftHeld, match=r"asked for no e-mail\. \[AN02\]"):
        desk().release(letter["id"], "Ana")


def test_a_letter_whose_occasion_has_passed_is_held(thanked, desk, letter):
    with pytest.raises(DraftHeld, match="occasion has passed"):
        desk(60).release(letter["id"], "Ana")


def test_a_stale_letter_is_drawn_up_again_first(thanked, desk, letter, the_file):
    gift = letter["occasion"]["subject"]
    thanked.org.update("Opportunity", gift, {"Amount": 4321})
    thanked.job.sync(thanked.store, thanked.demo.session(), NOW, _quiet)
    with pytest.raises(DraftHeld, match=r"stale: row\.amount was .* and is .*4,321"):
        desk().release(letter["id"], "Ana")
    row = desk().redraw(letter["id"])
    assert "4,321" in row["text"] and row["reason"] is None
    thanked.run()
    assert "4,321" in the_file(letter["id"], versions=2)
    assert desk().release(letter["id"], "Ana")["status"] == "released"


def test_an_edit_is_kept_beside_what_was_drawn_up_and_goes_out(
    thanked, desk, letter, edit, the_file, tmp_path
):
    row = edit(_add("It was good to meet you <in person> in the spring."))
    assert (row["status"], row["text"]) == ("edited", letter["text"])
    ((_, _, lines),) = row["edit"]["changes"]
    assert any("meet you" in line for line in lines)
    assert desk().release(letter["id"], "Ana")["status"] == "released"
    page, text, mail = (
        next(
            file
            for file in export_drafts(
                thanked.store, EXAMPLE_HOUSE, tmp_path / "out", only=letter["id"]
            )
            if file.suffix == suffix
        ).read_text("utf-8")
        for suffix in (".html", ".txt", ".eml")
    )
    assert "&lt;in person&gt; in the spring" in page and "<in person> in the spring" in text
    assert "X-Unsent: 1" in mail and "in the spring" in mail
    thanked.run()
    files = thanked.org.query("SELECT Title FROM ContentVersion WHERE Title LIKE '%leased%'")
    titles = {file["Title"].split(": ")[0] for file in files}
    assert titles == {"Released"} and len(files) == 1
    assert "in the spring" in the_file(letter["id"], versions=2)
    assert len(re.findall("<table", page)) == len(re.findall("<table", letter["html"]))


def test_an_edit_taken_back_leaves_the_letter_as_it_was(letter, edit):
    edit(_add("One more line."))
    row = edit(lambda words: words.replace("One more line.\n\n", ""))
    assert (row["status"], row["edit"]) == ("drafted", None)


def test_a_new_figure_needs_a_source(edit):
    with pytest.raises(DraftHeld, match="does not hold these figures: 412"):
        edit(_add("With it, 412 children went to school."))
    row = edit(_add("With it, 412 children went to school."), source="field report, May")
    assert row["edit"]["source"] == "field report, May"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_add("You are our exclusive partner."), "exclusiv"),
        (_add("We guarantee that it arrives."), "We guarantee"),
        (lambda words: words.replace("Amina Diallo", "Somebody Else"), "signature"),
        (lambda words: words.replace("Stop these letters", "Stay"), "signature"),
        (lambda words: words.replace("Subject: ", ""), "begins with a line"),
        (lambda words: "Subject: " + "x" * 200 + "\n\nHello", "200 characters"),
        (lambda _words: "", "begins with a line"),
    ],
)
def test_an_edit_that_may_not_be_is_refused(thanked, letter, edit, change, why):
    if change("Stop these letters") == "Stay" and "Stop these letters" not in letter["text"]:
        pytest.skip("no such footer")
    with pytest.raises(DraftHeld, match=why):
        edit(change)
    assert read_draft(thanked.store, letter["id"])["status"] == "drafted"


def test_characters_that_nobody_sees_do_not_stay_in_an_edit(letter, edit):
    row = edit(_add("So\u200b many\u202e thanks\x07."))
    assert "So many thanks." in final(row).words.text


def test_a_discarded_letter_keeps_its_reason_and_stays_away(thanked, drafts, desk, letter):
    discard_draft(thanked.store, letter["id"], by="Ana", reason="I have called.", now=NOW)
    row = read_draft(thanked.store, letter["id"])
    assert (row["status"], row["reason"], row["changed_by"]) == (
        "discarded",
        "I have called.",
        "Ana",
    )
    thanked.run()
    (file,) = thanked.org.query(
        f"SELECT Title, Description FROM ContentVersion WHERE Lifecycle_Key__c = '{letter['id']}'"
    )
    assert file["Title"].startswith("Withdrawn: ") and "I have called." in file["Description"]
    for act in (desk().redraw, lambda name: desk().release(name, "Ana")):
        with pytest.raises(DraftHeld, match="discarded"):
            act(letter["id"])
    with pytest.raises(DraftHeld, match="--reason"):
        other = next(row for row in drafts() if row["status"] == "drafted")
        discard_draft(thanked.store, other["id"], by="Ana", reason=" ", now=NOW)


def test_a_draft_that_nobody_knows(desk):
    with pytest.raises(DraftUnknown):
        desk().release("PL-nothing", "Ana")


def test_of_two_people_the_first_one_counts(thanked, letter, edit):
    row = read_draft(thanked.store, letter["id"])
    edit(_add("A word of mine."))
    from partners.job.desk import change

    with pytest.raises(DraftHeld, match="meanwhile"), thanked.store.transaction() as connection:
        change(connection, row, {"status": "released"}, by="Ben", now=NOW)


def test_an_edit_of_words_that_are_gone_is_not_lost_unasked(thanked, desk, letter, edit):
    edit(lambda words: words.replace("arrived", "reached us"))
    with thanked.store.transaction() as connection:
        other = letter["text"].replace("arrived", "come in")
        connection.execute(update(draft).where(draft.c.id == letter["id"]).values(text=other))
    with pytest.raises(DraftHeld, match="edit would be lost"):
        desk().redraw(letter["id"])
    row = desk().redraw(letter["id"], drop_edit=True)
    assert (row["status"], row["edit"], row["text"]) == ("drafted", None, letter["text"])
