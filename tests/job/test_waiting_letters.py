"""Letters that wait while the record changes: drawn up again, marked stale, or withheld."""

from dataclasses import replace

import polars as pl
import pytest

from lifecycle.authoring import template_fields
from lifecycle.drafting import load_templates
from partner_lifecycle.resources import templates_folder
from partners.errors import DraftHeld
from partners.job.drafts import list_drafts, read_draft
from partners.job.final import final
from partners.store import read_frame


@pytest.fixture
def now_is(thanked, letter):
    """Return a function that runs the job and reads the letter."""

    def run():
        thanked.run()
        return read_draft(thanked.store, letter["id"])

    return run


@pytest.fixture
def raised(thanked, letter):
    """Return a function that changes the amount of the letter's gift, which no rule asks."""

    def change(amount):
        thanked.org.update("Opportunity", letter["occasion"]["subject"], {"Amount": amount})

    return change


def _add(sentence):
    return lambda words: words.replace("\n\n", f"\n\n{sentence}\n\n", 2).replace(
        f"{sentence}\n\n", "", 1
    )


@pytest.fixture
def two_people(thanked, drafts):
    """A letter to one of two people of an organisation, and the other one."""
    found = next(
        row
        for row in drafts()
        if row["status"] == "drafted" and row["partner_id"][:3] == "001" and row["language"] == "en"
    )
    person = {"LastName": "Okonkwo", "Salutation": "Dr.", "Email": "okonkwo@example.org"}
    other = thanked.org.insert("Contact", {**person, "AccountId": found["partner_id"]})
    return found, other


def test_who_opts_out_is_not_written_to_and_somebody_else_is(thanked, two_people, the_file):
    found, other = two_people
    thanked.org.update("Contact", found["contact_id"], {"HasOptedOutOfEmail": True})
    thanked.run()
    row = read_draft(thanked.store, found["id"])
    assert (row["status"], row["contact_id"]) == ("drafted", other)
    assert "Dear Dr. Okonkwo" in row["text"]
    assert f"contact.id was {found['contact_id']} and is {other}" in row["reason"]
    assert "Dr. Okonkwo" in the_file(found["id"], versions=2)


def test_when_nobody_is_left_to_write_to_the_letter_is_withheld(thanked, letter, now_is):
    thanked.org.update("Contact", letter["contact_id"], {"HasOptedOutOfEmail": True})
    row = now_is()
    assert (row["status"], row["text"]) == ("suppressed", letter["text"])
    thanked.org.update("Contact", letter["contact_id"], {"HasOptedOutOfEmail": False})
    assert now_is()["status"] == "drafted"


def test_an_amount_put_right_is_in_the_letter_after_the_next_run(now_is, raised, desk, the_file):
    raised(4321)
    row = now_is()
    assert "4,321" in row["text"] and row["status"] == "drafted"
    assert row["reason"].startswith("Drawn up again: row.amount was ")
    assert "4,321" in the_file(row["id"], versions=2)
    assert desk().release(row["id"], "Ana")["status"] == "released"


def test_a_person_may_have_deleted_the_file_meanwhile(thanked, letter, now_is, raised):
    wanted = (
        f"SELECT Id FROM ContentVersion WHERE Lifecycle_Key__c LIKE '{letter['id']}%' "
        "AND PathOnClient LIKE '%.html'"
    )
    (version,) = thanked.org.query(wanted)
    thanked.org.delete("ContentVersion", version["Id"])
    raised(4321)
    now_is()
    (newer,) = thanked.org.query(wanted)
    assert newer["Id"] != version["Id"]


def test_when_nothing_changed_no_letter_is_touched(thanked, drafts):
    before = drafts()
    report = thanked.run()
    assert drafts() == before and not report.written


def test_an_edited_letter_is_kept_and_marked_stale(thanked, letter, now_is, raised, edit, desk):
    edit(_add("It was good to meet you."))
    raised(4321)
    row = now_is()
    assert row["status"] == "stale" and row["text"] == letter["text"] and row["edit"]
    assert "row.amount was" in row["reason"] and "4,321" in row["reason"]
    (listed,) = list_drafts(thanked.store, status="stale")
    assert listed["reason"] == row["reason"]
    with pytest.raises(DraftHeld, match=r"stale: row\.amount"):
        desk().release(letter["id"], "Ana")
    with pytest.raises(DraftHeld, match=r"stale: row\.amount"):
        edit(_add("One more word."))
    row = desk().redraw(letter["id"])
    assert row["status"] == "edited" and row["reason"] is None
    said = final(row).words.text
    assert "4,321" in said and "It was good to meet you." in said
    assert desk().release(letter["id"], "Ana")["status"] == "released"


@pytest.mark.thorough
def test_a_stale_letter_is_right_again_when_the_record_is(thanked, letter, now_is, raised, edit):
    edit(_add("It was good to meet you."))
    (gift,) = thanked.org.query(
        f"SELECT Amount FROM Opportunity WHERE Id = '{letter['occasion']['subject']}'"
    )
    raised(4321)
    stale = now_is()
    assert now_is() == stale
    raised(gift["Amount"])
    row = now_is()
    assert (row["status"], row["reason"]) == ("edited", None) and row["edit"]


@pytest.mark.thorough
def test_an_edit_outlives_that_nobody_may_be_written_to(thanked, letter, now_is, raised, edit):
    edit(_add("It was good to meet you."))
    thanked.org.update("Contact", letter["contact_id"], {"HasOptedOutOfEmail": True})
    assert now_is()["status"] == "suppressed"
    raised(4321)
    thanked.org.update("Contact", letter["contact_id"], {"HasOptedOutOfEmail": False})
    row = now_is()
    assert row["status"] == "stale" and row["edit"] and "4,321" in row["reason"]


@pytest.fixture
def other_words(thanked, tmp_path):
    """The job, its letters of thanks written otherwise since."""
    import shutil

    folder = tmp_path / "templates"
    shutil.copytree(templates_folder(), folder)
    for file in (folder / "emails" / "gift_thanks").glob("*.en.md"):
        file.write_text(file.read_text("utf-8") + "\nWith every good wish.\n", "utf-8")
    library = load_templates(folder, template_fields())
    thanked.job = replace(thanked.job, library=library)


@pytest.mark.usefixtures("other_words")
def test_other_words_in_a_template_leave_what_a_person_read(thanked, letter, now_is, edit, desk):
    edit(_add("It was good to meet you."))
    before = read_draft(thanked.store, letter["id"])
    row = now_is()
    assert row == before
    released = desk().release(letter["id"], "Ana")
    assert released["text"] == row["text"] and released["edit"]


@pytest.mark.usefixtures("other_words")
def test_what_nobody_has_edited_gets_the_new_words(letter, now_is, desk, the_file):
    with pytest.raises(DraftHeld, match="its template has changed"):
        desk().release(letter["id"], "Ana")
    row = now_is()
    assert "With every good wish." in row["text"]
    assert row["reason"] == "Drawn up again: its template has changed."
    assert "With every good wish." in the_file(letter["id"], versions=2)
    assert now_is() == row


def test_a_letter_that_lacks_something_now_is_taken_back(thanked, letter, now_is):
    thanked.org.update("Opportunity", letter["occasion"]["subject"], {"Amount": None})
    row = now_is()
    assert row["status"] == "refused" and "row.amount" in row["reason"]
    thanked.org.update("Opportunity", letter["occasion"]["subject"], {"Amount": 4321})
    assert "4,321" in now_is()["text"]


def _outbound(workplace):
    touches = read_frame(workplace.store, "touch")
    return touches.filter(pl.col("direction") == "outbound").sort("id")["id"].to_list()


@pytest.mark.thorough
def test_nothing_that_we_wrote_ourselves_is_a_touch(ran):
    before = _outbound(ran)
    ours = ran.org.query("SELECT Id FROM Task WHERE Lifecycle_Key__c != null")
    assert ours
    for task in ours:
        ran.org.update("Task", task["Id"], {"Status": "Completed"})
    ran.run()
    assert _outbound(ran) == before
